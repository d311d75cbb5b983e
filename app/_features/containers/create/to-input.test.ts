import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toInput } from './to-input.ts';

const form = { image: ' nginx ', name: '', command: '', volumes: '', ports: '', env: '' };

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

test('toInput tells a volume from a host folder and keeps read-only', () => {
  const { input } = toInput({ ...form, command: 'sleep 60', volumes: 'data:/data\n/srv:/srv:ro' });
  assert.deepEqual(input?.config.command, ['sleep', '60']);
  assert.deepEqual(input?.config.mounts, [
    { type: 'volume', name: 'data', target: '/data', readOnly: false },
    { type: 'bind', source: '/srv', target: '/srv', readOnly: true, createSource: true },
  ]);
  assert.equal(toInput({ ...form, volumes: 'data' }).problem, 'volumes');
  assert.equal(toInput({ ...form, command: 'echo "x' }).problem, 'command');
});
