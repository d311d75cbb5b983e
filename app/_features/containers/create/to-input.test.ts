import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toInput } from './to-input.ts';

const form = { image: ' nginx ', name: '', ports: '', env: '' };

test('toInput reads ports and variables line by line', () => {
  const { input } = toInput({ ...form, ports: '8080:80\n127.0.0.1:53:53/udp', env: 'A=b=c\n' });
  assert.deepEqual(input?.config.env, ['A=b=c']);
  assert.equal(input?.config.image, 'nginx');
  assert.deepEqual(input?.config.ports[1], {
    hostAddress: '127.0.0.1',
    hostPort: 53,
    containerPort: 53,
    protocol: 'udp',
  });
});

test('toInput names the field with a line it cannot read', () => {
  assert.equal(toInput({ ...form, ports: '80' }).problem, 'ports');
  assert.equal(toInput({ ...form, env: 'A' }).problem, 'env');
});
