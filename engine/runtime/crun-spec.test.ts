import assert from 'node:assert/strict';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { CrunSpecs } from './crun-spec.ts';
import type { OciSpec } from './spec.ts';

const FILTER = 'run.oci.seccomp_bpf_data';
const seccomp = { defaultAction: 'SCMP_ACT_ERRNO', syscalls: [] } as unknown as OciSpec['linux']['seccomp'];
const spec = {
  ociVersion: '1.2.1',
  annotations: { mine: 'kept', 'run.oci.hooks.stdout': '/x', [FILTER]: 'none at all' },
  linux: { cgroupsPath: '/x', seccomp },
} as unknown as OciSpec;

test('annotations that crun obeys come from nobody else', () => {
  const { spec: own, profile } = new CrunSpecs().adapt(spec);
  assert.deepEqual(own.annotations, { mine: 'kept' });
  assert.equal(own.linux.seccomp, seccomp);
  assert.ok(profile);
});

test('a filter is used for the profile it was made of, and only if it is one', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'davit-crun-'));
  const specs = new CrunSpecs();
  const { profile = '' } = specs.adapt(spec);
  await specs.learn(profile, join(folder.path, 'gone'));
  await writeFile(join(folder.path, 'seccomp.bpf'), 'torn');
  await specs.learn(profile, folder.path);
  assert.equal(specs.adapt(spec).profile, profile);

  await writeFile(join(folder.path, 'seccomp.bpf'), Buffer.alloc(16, 7));
  await specs.learn(profile, folder.path);
  const { spec: own, profile: asked } = specs.adapt(spec);
  assert.equal(asked, undefined);
  assert.equal(own.linux.seccomp, undefined);
  assert.equal(own.annotations?.[FILTER], Buffer.alloc(16, 7).toString('base64'));

  const other = { ...seccomp, defaultAction: 'SCMP_ACT_KILL' } as unknown as typeof seccomp;
  const { spec: second } = specs.adapt({ ...spec, linux: { ...spec.linux, seccomp: other } });
  assert.equal(second.linux.seccomp, other);
  const without = { ...spec, linux: { cgroupsPath: '/x' } } as unknown as OciSpec;
  assert.equal(specs.adapt(without).spec.annotations?.[FILTER], undefined);
});
