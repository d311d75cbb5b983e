import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duplicateOf } from './duplicate.ts';
import { plainConfig } from './plain-config.ts';

const copy = (name: string, names: readonly string[]) => duplicateOf({ name, config: plainConfig() }, names).form.name;

test('the copy gets the next name that is free', () => {
  assert.deepEqual(
    [copy('web', ['web']), copy('web', ['web', 'web-2']), copy('web-2', ['web-2'])],
    ['web-2', 'web-3', 'web-3'],
  );
});

test('addresses stay with the one that has them, ports and names of networks are kept', () => {
  const config = plainConfig({
    network: 'front',
    networks: [
      { network: 'front', ipv4: '10.1.0.5', aliases: ['www'] },
      { network: 'back', ipv4: '10.2.0.5', mac: '02:42:0a:02:00:05', aliases: ['db'] },
    ],
    ports: [{ protocol: 'tcp', containerPort: 80, hostAddress: '', hostPort: 8080 }],
    macAddress: '02:42:0a:01:00:05',
  });
  const { form, cleared } = duplicateOf({ name: 'web', config }, []);
  assert.equal(cleared, true);
  assert.deepEqual([form.ip, form.macAddress, form.networkAliases], ['', '', 'www']);
  assert.equal(form.moreNetworks, 'name=back,alias=db');
  assert.equal(form.ports[0]?.hostPort, '8080');
  assert.equal(duplicateOf({ name: 'web', config: plainConfig() }, []).cleared, false);
});

test('a value that was hidden is empty instead of stars', () => {
  const config = plainConfig({ env: ['TOKEN=********', 'MODE=fast'] });
  const { env } = duplicateOf({ name: 'web', config }, []).form;
  assert.deepEqual(
    env.map(({ name, value }) => `${name}=${value}`),
    ['TOKEN=', 'MODE=fast'],
  );
});
