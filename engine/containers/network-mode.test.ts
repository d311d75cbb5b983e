import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerConfig } from '../testing/container-config.ts';
import { fakeContainerDeps } from '../testing/fake-container-deps.ts';
import { createContainerService } from './create-container-service.ts';
import { completeNetworks } from './network-mode.ts';

test('the network of the mode goes first, unless it has its place in the list', () => {
  assert.deepEqual(completeNetworks({ network: 'default' }), [{ network: 'bridge' }]);
  const back = { network: 'back', aliases: ['db'] };
  assert.deepEqual(completeNetworks({ network: 'front', networks: [back] }), [{ network: 'front' }, back]);
  const front = { network: 'front', ipv4: '10.1.0.9' };
  assert.deepEqual(completeNetworks({ network: 'front', networks: [back, front] }), [back, front]);
  assert.equal(completeNetworks({ network: 'host' }), undefined);
});

test('the hardware address of a container is that of its link to the network of its mode', () => {
  const macAddress = '02:00:00:00:00:01';
  assert.deepEqual(completeNetworks({ network: 'front', networks: [{ network: 'back' }], macAddress }), [
    { network: 'front', mac: macAddress },
    { network: 'back' },
  ]);
});

test('networks twice, or beside a mode without any, are refused', () => {
  const networks = [{ network: 'front' }];
  assert.throws(() => completeNetworks({ network: 'back', networks: [...networks, ...networks] }), {
    code: 'conflict',
  });
  for (const network of ['host', 'none', 'container:x']) {
    assert.throws(() => completeNetworks({ network, networks }), { code: 'conflict' }, network);
  }
});

test('a network joins and leaves the record of a stopped container, and a failure leaves the record as it was', async () => {
  using fake = fakeContainerDeps();
  const service = createContainerService(fake.deps);
  const { id } = await service.create(containerConfig(), { name: 'web' });
  const networks = async () => (await service.inspect(id)).config.networks;
  await service.connectNetwork('web', { network: 'front', aliases: ['www'] });
  assert.deepEqual(await networks(), [{ network: 'bridge' }, { network: 'front', aliases: ['www'] }]);
  await assert.rejects(service.connectNetwork('web', { network: 'front' }), /already exists in network front/);
  await service.disconnectNetwork('web', 'bridge');
  await assert.rejects(service.disconnectNetwork('web', 'bridge'), /is not connected to the network bridge/);

  await service.start('web');
  fake.deps.networks.connect = async () => {
    throw new Error('no link');
  };
  await assert.rejects(service.connectNetwork('web', { network: 'bridge' }), /no link/);
  assert.deepEqual(await networks(), [{ network: 'front', aliases: ['www'] }]);
  await service.close();
});
