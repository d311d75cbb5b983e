import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEngineError } from '../errors/index.ts';
import { poolsOf } from './ipam.ts';
import { planSubnets, type SubnetPlan } from './plan-subnets.ts';

const OTHER = {
  name: 'back',
  subnets: [{ subnet: '10.8.0.0/20', gateway: '10.8.0.1', ipRange: undefined, auxAddresses: {} }],
};

function plan(change: Partial<SubnetPlan> = {}) {
  return planSubnets({
    asked: [],
    enableIpv4: true,
    enableIpv6: false,
    pools: poolsOf(['10.8.0.0/16']),
    networks: [OTHER],
    routes: ['10.8.16.0/24'],
    ...change,
  });
}

test('what was not asked for is chosen beside networks and routes', () => {
  const chosen = { subnet: '10.8.32.0/20', gateway: '10.8.32.1', ipRange: undefined, auxAddresses: {}, fromPool: true };
  assert.deepEqual(plan(), [chosen]);
  const [, six] = plan({ enableIpv6: true });
  assert.match(six?.subnet ?? '', /^fd[0-9a-f:]+::\/64$/);
  assert.match(six?.gateway ?? '', /^fd[0-9a-f:]+::1$/);
});

test('gateway, range and spoken-for addresses stay as asked, in one form', () => {
  const asked = [
    { subnet: '10.9.0.0/16', ipRange: '10.9.5.0/24', auxAddresses: { host: '10.9.0.1' } },
    { subnet: 'FD00:9::/64', gateway: 'FD00:9::0:5' },
  ];
  assert.deepEqual(plan({ asked, enableIpv6: true }), [
    { subnet: '10.9.0.0/16', gateway: '10.9.0.2', ipRange: '10.9.5.0/24', auxAddresses: { host: '10.9.0.1' } },
    { subnet: 'fd00:9::/64', gateway: 'fd00:9::5', ipRange: undefined, auxAddresses: {} },
  ]);
});

test('an overlap names the network in the way', () => {
  assert.throws(
    () => plan({ asked: [{ subnet: '10.8.3.0/24' }] }),
    (error) =>
      isEngineError(error, 'conflict') &&
      error.message.startsWith('invalid pool request: Pool overlaps with other one on this address space') &&
      error.details['network'] === 'back' &&
      error.details['other'] === '10.8.0.0/20',
  );
});

const WRONG: [object, string][] = [
  [{ subnet: '300.0.0.0/8' }, 'invalid subnet 300.0.0.0/8: invalid CIDR block notation'],
  [{ subnet: '10.1.2.3/16' }, 'invalid subnet 10.1.2.3/16: it should be 10.1.0.0/16'],
  [{ subnet: 'fd00::/64' }, 'invalid subnet fd00::/64: IPv6 has not been enabled for this network'],
  [{ subnet: '10.1.0.0/31' }, 'invalid subnet 10.1.0.0/31: it has no room for containers'],
  [{ gateway: '10.1.0.1' }, 'invalid subnet: 10.1.0.1 needs the subnet it belongs to'],
  [{ subnet: '10.1.0.0/16', gateway: 'x' }, 'invalid gateway x: invalid address'],
  [{ subnet: '10.1.0.0/16', gateway: 'fd00::1' }, 'invalid gateway fd00::1: parent subnet is an IPv4 block'],
  [
    { subnet: '10.1.0.0/16', gateway: '10.2.0.1' },
    "invalid gateway 10.2.0.1: parent subnet 10.1.0.0/16 doesn't contain this address",
  ],
  [
    { subnet: '10.1.0.0/16', auxAddresses: { a: '10.2.0.1' } },
    "invalid auxiliary address a: parent subnet 10.1.0.0/16 doesn't contain this address",
  ],
  [{ subnet: '10.1.0.0/16', ipRange: '10.1.0.0' }, 'invalid ip-range 10.1.0.0: invalid CIDR block notation'],
  [{ subnet: '10.1.0.0/16', ipRange: '10.1.0.1/24' }, 'invalid ip-range 10.1.0.1/24: it should be 10.1.0.0/24'],
  [
    { subnet: '10.1.0.0/16', ipRange: '10.0.0.0/8' },
    'invalid ip-range 10.0.0.0/8: CIDR block is bigger than its parent subnet 10.1.0.0/16',
  ],
  [
    { subnet: '10.1.0.0/16', ipRange: '10.2.0.0/24' },
    "invalid ip-range 10.2.0.0/24: parent subnet 10.1.0.0/16 doesn't contain ip-range",
  ],
];
for (const [asked, words] of WRONG) {
  test(`refused: ${words}`, () => {
    assert.throws(() => plan({ asked: [asked] }), {
      code: 'invalid_argument',
      message: `invalid network config:\n${words}`,
    });
  });
}

test('a bridge has one subnet of each family', () => {
  const asked = [{ subnet: '10.1.0.0/16' }, { subnet: '10.2.0.0/16' }];
  assert.throws(() => plan({ asked }), { message: /doesn't support multiple subnets/ });
});

test('without IPv4 there is a block of IPv6 alone, and none where a family is isolated has a gateway', () => {
  const [six, ...rest] = plan({ enableIpv4: false, enableIpv6: true });
  assert.match(six?.gateway ?? '', /^fd[0-9a-f:]+::1$/);
  assert.deepEqual(rest, []);
  const asked = [{ subnet: '10.9.0.0/16' }];
  assert.throws(() => plan({ asked, enableIpv4: false, enableIpv6: true }), /IPv4 has not been enabled/);
  const gatewayModes = { 4: 'isolated', 6: 'nat' } as const;
  assert.equal(plan({ asked, gatewayModes })[0]?.gateway, undefined);
  assert.throws(
    () => plan({ asked: [{ ...asked[0], gateway: '10.9.0.1' }], gatewayModes }),
    /'isolated' leaves the host/,
  );
});
