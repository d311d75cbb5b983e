import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findProblems } from './find-field.ts';
import { emptyForm, newMount, newPort } from './view-model.ts';

const form = {
  ...emptyForm('nginx'),
  ports: [
    { ...newPort([]), key: '7' },
    { ...newPort([], { hostPort: '8080', containerPort: '80' }), key: '8' },
  ],
  mounts: [
    { ...newMount([], { type: 'bind' as const, source: '/srv', target: '/srv' }), key: '4' },
    { ...newMount([], { source: 'data', target: '/data' }), key: '5' },
    { ...newMount([], { type: 'tmpfs' as const, target: '/run', size: '9g' }), key: '6' },
  ],
};

const CASES: [what: string, reason: string, details: Record<string, unknown>, keys: string[]][] = [
  ['a name that is taken', 'name_taken', { name: 'web' }, ['name']],
  ['a port in use', 'port_in_use', { port: 8080 }, ['ports.8']],
  ['a missing folder', 'bind_source_missing', { source: '/srv' }, ['mounts.4']],
  ['a field the engine names', 'too_many_cpus', { field: 'cpus' }, ['cpus']],
  ['a path of the schema', 'invalid_input', { fields: [{ field: 'config.ports.0.hostPort' }] }, ['ports.8']],
  ['a limit of the schema', 'invalid_input', { fields: [{ field: 'config.resources.nanoCpus' }] }, ['cpus']],
  ['something else', 'disk_full', {}, []],
  ['a volume of somebody else', 'volume_not_own', { field: 'mounts', volume: 'data' }, ['mounts.5']],
  ['too much in memory', 'tmpfs_too_large', { field: 'mounts', maxBytes: 1 }, ['mounts.6']],
  ['a log driver', 'log_driver_not_allowed', { field: 'log', driver: 'x' }, ['logDriver']],
  ['a further network', 'network_not_own', { field: 'networks', network: 'x' }, ['moreNetworks']],
  ['no end by the memory limit', 'oom_kill_disabled', { field: 'resources' }, ['oomKillDisable']],
  ['a rate of the schema', 'invalid_input', { fields: [{ field: 'config.resources.blkioReadBps' }] }, ['readBps']],
  [
    'a refusal with several reasons',
    'not_admitted',
    {
      violations: [
        { field: 'privileged', reason: 'privileged', params: {} },
        { field: 'mounts', reason: 'bind_not_allowed', params: { source: '/srv' } },
      ],
    },
    ['privileged', 'mounts.4'],
  ],
];

for (const [what, reason, details, keys] of CASES) {
  test(`the field of ${what}`, () => {
    assert.deepEqual(
      findProblems(form, { reason, details }).map(({ key }) => key),
      keys,
    );
  });
}
