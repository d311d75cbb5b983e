import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEngineError } from '../errors/index.ts';
import { parseEndpointOptions } from './endpoint-options.ts';
import { parseBridgeOptions } from './network-options.ts';

const BRIDGE_NAME = 'com.docker.network.bridge.name';
const IF_NAME = 'com.docker.network.endpoint.ifname';

for (const name of ['all', 'default', 'lo', 'a/b', '-rf', '..', 'a b', 'x'.repeat(16)]) {
  test(`no link is called "${name}", neither on the host nor inside`, () => {
    assert.throws(() => parseBridgeOptions({ [BRIDGE_NAME]: name }), isRefusal(BRIDGE_NAME));
    assert.throws(() => parseEndpointOptions({ driverOpts: { [IF_NAME]: name } }), isRefusal(IF_NAME));
  });
}

function isRefusal(option: string) {
  return (error: unknown) => isEngineError(error, 'invalid_argument') && error.details['option'] === option;
}

test('other names are taken as they are', () => {
  assert.equal(parseBridgeOptions({ [BRIDGE_NAME]: 'br-shop.1' }).bridgeName, 'br-shop.1');
  assert.equal(parseEndpointOptions({ driverOpts: { [IF_NAME]: 'defaults0' } }).ifName, 'defaults0');
});
