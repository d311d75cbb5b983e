import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createContainerInput } from '#server/trpc/containers/containers.schema.ts';
import { checkForm } from './check-form.ts';
import type { CreateForm } from './create-form.ts';
import { toInput } from './to-input.ts';
import { emptyForm, newEnv, newMount, newPort } from './view-model.ts';

function form(change: Partial<CreateForm>): CreateForm {
  return { ...emptyForm('nginx'), ...change };
}

test('the least form is a request the server takes', () => {
  const input = toInput(form({ image: ' nginx ' }));
  assert.equal(input.config.image, 'nginx');
  assert.equal('name' in input, false);
  assert.deepEqual(checkForm(form({})), {});
  createContainerInput.parse(input);
});

test('every field arrives in the request, and the server takes it', () => {
  const input = toInput(
    form({
      name: ' web ',
      ports: [
        newPort([], { hostPort: '8080', containerPort: '80' }),
        newPort([], { hostAddress: '127.0.0.1', containerPort: '53', protocol: 'udp' }),
        newPort([]),
      ],
      env: [newEnv([], { name: 'A', value: 'b=c' }), newEnv([])],
      mounts: [
        newMount([], { source: 'data', target: '/data' }),
        newMount([], { type: 'bind', source: '/srv', target: '/srv', readOnly: true }),
        newMount([], { type: 'tmpfs', target: '/run', size: '64m', readOnly: true }),
        newMount([], { target: '/cache' }),
      ],
      entrypoint: 'sh -c',
      command: `'sleep 60'`,
      workingDir: '/srv',
      user: '1000:1000',
      tty: true,
      openStdin: true,
      stopSignal: 'sigint',
      stopTimeout: '30',
      network: 'container:',
      networkContainer: 'db',
      dns: '1.1.1.1\n9.9.9.9',
      extraHosts: 'db:10.0.0.2',
      memory: '1.5g',
      cpus: '0.5',
      pidsLimit: '100',
      shmSize: '64m',
      restart: 'on-failure',
      maxRetries: '3',
      capDrop: 'ALL',
      readonlyRootfs: true,
      labels: 'env=prod\nbare',
    }),
  );
  const { config } = createContainerInput.parse(input);
  assert.equal(input.name, 'web');
  assert.deepEqual(config.ports, [
    { protocol: 'tcp', hostAddress: '', containerPort: 80, hostPort: 8080 },
    { protocol: 'udp', hostAddress: '127.0.0.1', containerPort: 53 },
  ]);
  assert.deepEqual(config.env, ['A=b=c']);
  assert.deepEqual(config.mounts, [
    { type: 'volume', name: 'data', target: '/data', readOnly: false },
    { type: 'bind', source: '/srv', target: '/srv', readOnly: true, createSource: true },
    { type: 'tmpfs', target: '/run', sizeBytes: 64 * 1024 ** 2, options: 'ro' },
    { type: 'volume', target: '/cache', readOnly: false },
  ]);
  assert.deepEqual([config.entrypoint, config.command], [['sh', '-c'], ['sleep 60']]);
  assert.deepEqual([config.stopSignal, config.stopTimeoutSeconds], ['SIGINT', 30]);
  assert.equal(config.network, 'container:db');
  assert.deepEqual(config.dns, ['1.1.1.1', '9.9.9.9']);
  assert.deepEqual(config.resources, { memoryBytes: 1.5 * 1024 ** 3, nanoCpus: 5e8, pidsLimit: 100 });
  assert.equal(config.shmSizeBytes, 64 * 1024 ** 2);
  assert.deepEqual(config.restart, { name: 'on-failure', maxRetries: 3 });
  assert.deepEqual(config.labels, { env: 'prod', bare: '' });
  assert.equal(config.readonlyRootfs, true);
});

const PORT = { hostPort: '8080', containerPort: '80' };
const REFUSED: [what: string, change: Partial<CreateForm>, problems: Record<string, string>][] = [
  ['no image', { image: ' ' }, { image: 'required' }],
  ['a name with a blank', { name: 'my web' }, { name: 'name_invalid' }],
  ['a port without its container port', { ports: [newPort([], { hostPort: '80' })] }, { 'ports.1': 'port_range' }],
  ['a port too high', { ports: [newPort([], { containerPort: '70000' })] }, { 'ports.1': 'port_range' }],
  ['a host name as address', { ports: [newPort([], { ...PORT, hostAddress: 'lo' })] }, { 'ports.1': 'address' }],
  [
    'one port twice, once on every address',
    { ports: [newPort([], { ...PORT, hostAddress: '127.0.0.1' }), { ...newPort([], PORT), key: '2' }] },
    { 'ports.2': 'port_twice' },
  ],
  ['a value without a name', { env: [newEnv([], { value: 'x' })] }, { 'env.1': 'required' }],
  ['a name with =', { env: [newEnv([], { name: 'A=B' })] }, { 'env.1': 'variable_name' }],
  [
    'a variable twice',
    { env: [newEnv([], { name: 'A' }), { key: '2', name: 'A', value: '' }] },
    { 'env.2': 'variable_twice' },
  ],
  ['a mount without a place', { mounts: [newMount([], { source: 'data' })] }, { 'mounts.1': 'mount_target_invalid' }],
  ['a mount over the root', { mounts: [newMount([], { target: '//' })] }, { 'mounts.1': 'mount_target_invalid' }],
  [
    'a relative folder',
    { mounts: [newMount([], { type: 'bind', source: 'srv', target: '/srv' })] },
    { 'mounts.1': 'bind_source_relative' },
  ],
  [
    'one place twice',
    { mounts: [newMount([], { target: '/a/' }), { ...newMount([], { target: '/a' }), key: '2' }] },
    { 'mounts.2': 'mount_target_twice' },
  ],
  ['an open quote', { command: 'echo "x' }, { command: 'quote' }],
  ['a relative working directory', { workingDir: 'srv' }, { workingDir: 'absolute' }],
  ['a size that is none', { memory: 'much' }, { memory: 'size' }],
  ['too little memory', { memory: '4m' }, { memory: 'memory_too_small' }],
  ['a number of CPUs that is none', { cpus: 'two' }, { cpus: 'number' }],
  ['a network of nobody', { network: 'container:' }, { networkContainer: 'required' }],
  ['--rm with a restart policy', { restart: 'always', autoRemove: true }, { restart: 'auto_remove_restart' }],
];

for (const [what, change, problems] of REFUSED) {
  test(`checkForm names the field of ${what}`, () => assert.deepEqual(checkForm(form(change)), problems));
}

test('the same port on two addresses or protocols is no clash', () => {
  const ports = [
    { ...newPort([], PORT), hostAddress: '127.0.0.1' },
    { ...newPort([], PORT), key: '2', hostAddress: '127.0.0.2' },
    { ...newPort([], PORT), key: '3', protocol: 'udp' as const },
  ];
  assert.deepEqual(checkForm(form({ ports })), {});
});
