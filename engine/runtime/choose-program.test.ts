import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isEngineError } from '../errors/index.ts';
import { Programs, type Trial } from './choose-program.ts';
import type { ProgramName } from './oci-program.ts';

async function programs(opts: { asked?: ProgramName | 'auto'; hybrid?: boolean; crun?: boolean; trial: Trial }) {
  const folder = await mkdtempDisposable(join(tmpdir(), 'davit-choose-'));
  const crunPath = join(folder.path, 'some-crun');
  await writeFile(crunPath, '');
  await chmod(crunPath, 0o755);
  const paths = { runcRoot: join(folder.path, 'runc'), crunRoot: join(folder.path, 'crun') };
  const { asked = 'auto', hybrid = false, trial } = opts;
  const found = opts.crun === false ? join(folder.path, 'missing') : crunPath;
  return { folder, paths, chosen: new Programs({ paths, asked, hybrid, trial, crunPath: found }) };
}

test('crun is taken when its trial works', async () => {
  const { folder, chosen } = await programs({ trial: async () => undefined });
  await using _folder = folder;
  const { program, why, hideUnified } = await chosen.chosen();
  assert.deepEqual([program.name, why, hideUnified], ['crun', 'quicker', false]);
});

test('a host with both hierarchies is tried a second time with one of them hidden', async () => {
  const tried: boolean[] = [];
  const trial: Trial = async (_program, { hideUnified }) => {
    tried.push(hideUnified);
    return hideUnified ? undefined : 'hybrid mode not supported';
  };
  const { folder, chosen } = await programs({ hybrid: true, trial });
  await using _folder = folder;
  const { program, hideUnified } = await chosen.chosen();
  assert.deepEqual([program.name, hideUnified, tried], ['crun', true, [false, true]]);
  await chosen.chosen();
  assert.equal(tried.length, 2);
});

test('runc has to do where crun fails, is not there, or was not asked for', async () => {
  const trial: Trial = async () => 'no';
  for (const [opts, why, said] of [
    [{}, 'crun_fails', 'no'],
    [{ crun: false }, 'crun_missing', 'crun is not installed'],
    [{ asked: 'runc' }, 'asked', ''],
  ] as const) {
    const { folder, chosen } = await programs({ ...opts, trial });
    await using _folder = folder;
    const choice = await chosen.chosen();
    assert.deepEqual([choice.program.name, choice.why, choice.said], ['runc', why, said]);
  }
});

test('who asks for crun gets no other, and hears why; the next one tries again', async () => {
  let works = false;
  const { folder, chosen } = await programs({ asked: 'crun', trial: async () => (works ? undefined : 'no') });
  await using _folder = folder;
  await assert.rejects(chosen.chosen(), (error) => isEngineError(error, 'unavailable') && /: no$/.test(error.message));
  works = true;
  assert.equal((await chosen.chosen()).why, 'asked');
});

test('a container belongs to the program that has its state', async () => {
  const { folder, paths, chosen } = await programs({ trial: async () => undefined });
  await using _folder = folder;
  await mkdir(join(paths.runcRoot, 'old'), { recursive: true });
  assert.equal((await chosen.of('old')).name, 'runc');
  assert.equal((await chosen.of('new')).name, 'crun');
});
