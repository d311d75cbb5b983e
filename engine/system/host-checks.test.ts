import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '../errors/index.ts';
import { checkHost, isAtLeast } from './host-checks.ts';

const GIB = 2 ** 30;

/** A host without runc and with a full disk whose kernel refuses the firewall with this error. */
function checksWith(refusal: EngineError) {
  return checkHost({
    kernel: {
      tryTable: async () => {
        throw refusal;
      },
      listClosedChains: async () => [],
      statfs: async () => ({ totalBytes: GIB, freeBytes: 1, totalInodes: 100_000, freeInodes: 50_000 }),
    },
    runtime: {
      check: async () => ({
        ok: false,
        runtime: undefined,
        cgroupVersion: 2,
        problems: [{ code: 'runc_missing', message: 'runc is not installed', params: {}, fix: 'install runc' }],
      }),
    },
    dataRoot: '/data',
    instance: 'davit',
  });
}

test('each failing check has a mending command and keeps the others', async () => {
  const checks = await checksWith(new EngineError('unavailable', 'the kernel has no nf_tables'));
  const failing = checks.filter((check) => !check.ok);
  for (const code of ['nftables', 'disk', 'runc_missing']) {
    const check = failing.find((found) => found.code === code);
    assert.equal(check?.severity, 'error', code);
    assert.ok(check?.fix, code);
  }
  assert.ok(checks.some((check) => check.code === 'kernel'));
  for (const check of checks.filter(({ ok }) => ok)) assert.equal(check.fix, undefined);
});

test('a firewall that cannot be changed is mended by a module or by a right, whichever is missing', async () => {
  const fixFor = async (code: 'unavailable' | 'denied') => {
    const checks = await checksWith(new EngineError(code, 'refused'));
    const check = checks.find((found) => found.code === 'nftables');
    assert.equal(check?.message, 'The firewall cannot be changed: refused');
    return check.fix;
  };
  assert.match((await fixFor('unavailable')) ?? '', /^modprobe nf_tables/);
  assert.match((await fixFor('denied')) ?? '', /CAP_NET_ADMIN/);
});

test('kernel releases compare by number', () => {
  const cases: [string, boolean][] = [
    ['5.11.0', true],
    ['5.9.1-foo', false],
    ['6.1.0-18-amd64', true],
    ['4.19', false],
  ];
  for (const [version, expected] of cases) assert.equal(isAtLeast(version, 5, 11), expected, version);
});
