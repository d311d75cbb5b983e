import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkEndpointSettings } from './endpoint-settings.ts';

const OWN = { subnet: '10.1.0.0/24', gateway: '10.1.0.1', ipRange: undefined, auxAddresses: {} };
const CHOSEN = { ...OWN, fromPool: true as const };
const POOL_ONLY =
  'user specified IP address is supported only when connecting to networks with user configured subnets';

for (const [what, network, wish, problems] of [
  [
    'an address outside',
    { subnets: [OWN] },
    { ipv4: '10.9.9.9' },
    ['no configured subnet or ip-range contain the IP address 10.9.9.9'],
  ],
  ['an address of a network nobody gave a subnet', { subnets: [CHOSEN] }, { ipv4: '10.1.0.9' }, [POOL_ONLY]],
  ['IPv6 on a network without', { subnets: [OWN] }, { ipv6: 'fd00::1' }, [POOL_ONLY]],
  [
    'no address',
    { subnets: [OWN] },
    { ipv4: 'zz' },
    ['* invalid IPv4 address: zz', '* no configured subnet or ip-range contain the IP address zz'],
  ],
  [
    'an address on the default network',
    { builtin: true, subnets: [CHOSEN] },
    { ipv4: '10.1.0.9' },
    ['* user specified IP address is supported on user defined networks only', `* ${POOL_ONLY}`],
  ],
  [
    'an alias on the default network',
    { builtin: true, subnets: [CHOSEN] },
    { aliases: ['a'] },
    ['network-scoped alias is supported only for containers in user defined networks'],
  ],
  ['no link-local address', undefined, { linkLocal: ['zz'] }, ['invalid link-local IP address: zz']],
] as const) {
  test(`${what} is refused in the words of Docker`, () => {
    const there = network && { builtin: false, name: 'net', ...network, subnets: [...network.subnets] };
    assert.throws(() => checkEndpointSettings(there, { network: 'net', ...wish }), {
      code: 'invalid_argument',
      message: ['invalid endpoint settings:', ...problems].join('\n'),
    });
  });
}

test('what fits is let through, and options of other drivers with it', () => {
  const network = { builtin: false, name: 'net', subnets: [OWN] };
  checkEndpointSettings(network, { network: 'net', ipv4: '10.1.0.9', aliases: ['a'], driverOpts: { 'x.y': 'z' } });
  checkEndpointSettings(undefined, { network: 'later', ipv4: '10.9.9.9' });
  assert.throws(() => checkEndpointSettings(network, { network: 'net', mac: 'zz' }), /invalid MAC address zz/);
});
