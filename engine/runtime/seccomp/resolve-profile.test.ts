import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEngineError } from '../../errors/index.ts';
import { DEFAULT_CAPS } from '../capabilities.ts';
import { customSeccomp, defaultSeccomp, type OciSeccomp } from './resolve-profile.ts';

const host = { arch: 'amd64', kernel: [6, 1] as const, caps: DEFAULT_CAPS };
const ruleOf = (profile: OciSeccomp, name: string) => profile.syscalls.filter((rule) => rule.names.includes(name));

test('default profile for default capabilities resolves as Docker 28 does', () => {
  const profile = defaultSeccomp(host);
  assert.equal(profile.syscalls.length, 13);
  assert.equal(profile.syscalls.flatMap((rule) => rule.names).length, 375);
  assert.equal(profile.syscalls[0]?.names.length, 361);
  assert.deepEqual(profile.architectures, ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32']);
  assert.equal(profile.defaultErrnoRet, 1);
  assert.deepEqual(ruleOf(profile, 'socket'), [
    { names: ['socket'], action: 'SCMP_ACT_ALLOW', args: [{ index: 0, value: 40, op: 'SCMP_CMP_NE' }] },
  ]);
  assert.deepEqual(ruleOf(profile, 'clone3'), [{ names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: 38 }]);
  assert.equal(ruleOf(profile, 'mount').length, 0);
});

test('SYS_ADMIN replaces the restricted clone by the whole group', () => {
  const profile = defaultSeccomp({ ...host, caps: [...DEFAULT_CAPS, 'CAP_SYS_ADMIN'] });
  assert.equal(ruleOf(profile, 'mount').length, 1);
  assert.deepEqual(
    ruleOf(profile, 'clone').map((rule) => rule.args),
    [undefined],
  );
  assert.equal(ruleOf(profile, 'clone3')[0]?.errnoRet, undefined);
});

test('rules follow architecture and kernel', () => {
  assert.equal(ruleOf(defaultSeccomp({ ...host, kernel: [4, 4] }), 'ptrace').length, 0);
  const arm = defaultSeccomp({ ...host, arch: 'arm64' });
  assert.equal(ruleOf(arm, 'arch_prctl').length, 0);
  assert.deepEqual(arm.architectures, ['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM']);
});

test('a custom profile in Docker form is resolved and its conditions are dropped', () => {
  const text = JSON.stringify({
    defaultAction: 'SCMP_ACT_ALLOW',
    archMap: [{ architecture: 'SCMP_ARCH_X86_64', subArchitectures: null }],
    syscalls: [
      { name: 'mkdir', action: 'SCMP_ACT_ERRNO', args: null, excludes: { caps: ['CAP_SYS_ADMIN'] } },
      { names: ['rmdir'], action: 'SCMP_ACT_ERRNO', includes: { caps: ['CAP_SYS_ADMIN'] } },
    ],
  });
  assert.deepEqual(customSeccomp(text, host), {
    defaultAction: 'SCMP_ACT_ALLOW',
    architectures: ['SCMP_ARCH_X86_64'],
    syscalls: [{ names: ['mkdir'], action: 'SCMP_ACT_ERRNO' }],
  });
});

test('text that is no profile is refused', () => {
  for (const text of ['{', '{}', '[]'])
    assert.throws(
      () => customSeccomp(text, host),
      (error) => isEngineError(error, 'invalid_argument'),
    );
});
