// A host that lacks what containers need: the server stays up and says what is missing, everywhere the same.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type DavitProcess, type HostView, startDavit, withView } from '../davit-process.ts';
import { setUpOwner } from '../set-up-owner.ts';

const ROOT = join(import.meta.dirname, '../..');
const PASSWORD = 'a long enough passphrase';

const PROGRAM_FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin'];

function programPath(name: string): string | undefined {
  const found = PROGRAM_FOLDERS.map((folder) => join(folder, name)).find(existsSync);
  return found === undefined ? undefined : realpathSync(found);
}

function runcPath(): string {
  const found = programPath('runc');
  assert.ok(found);
  return found;
}

/** Or it would be used in place of a runc that is not there. */
function withoutCrun(): Record<string, string> {
  const path = programPath('crun');
  return path === undefined ? {} : { [path]: '/dev/null' };
}

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'davit-view-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Problem {
  code: string;
  fix?: string;
}

async function problemsOf(davit: DavitProcess): Promise<Problem[]> {
  for (let tries = 0; tries < 400; tries += 1) {
    const answer = await fetch(`${davit.url}/readyz`);
    const { problems } = (await answer.json()) as { problems: Problem[] };
    assert.equal(answer.status, 503);
    if (problems[0]?.code !== 'starting') return problems;
    await delay(100);
  }
  throw new Error(`it never started: ${davit.output()}`);
}

async function doctor(view: HostView): Promise<{ code: number; output: string }> {
  const [program, args] = withView(view, [process.execPath, 'scripts/doctor.ts']);
  const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code: Number(code), output: out + errors };
}

test('without runc and overlay the server runs and names each with its command', {
  timeout: 180_000,
}, async (t) => {
  const folder = scratch(t);
  const fileSystems = join(folder, 'filesystems');
  writeFileSync(fileSystems, readFileSync('/proc/filesystems', 'utf8').replace(/^nodev\toverlay\n/m, ''));
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  const view: HostView = {
    covered: {
      ...withoutCrun(),
      [runcPath()]: '/dev/null',
      '/proc/filesystems': fileSystems,
      ...(existsSync('/lib/modules') ? { [realpathSync('/lib/modules')]: empty } : {}),
    },
  };
  await using davit = await startDavit({ view });
  const problems = await problemsOf(davit);
  const fixOf = (code: string) => problems.find((problem) => problem.code === code)?.fix ?? '';
  assert.match(fixOf('runc_missing'), /apt-get install -y runc/);
  assert.match(fixOf('overlay'), /modprobe overlay/);

  const api = await setUpOwner(davit, 'ann', PASSWORD);
  const checks = await api.trpc.host.checks.query({});
  for (const code of ['runc_missing', 'overlay']) {
    const check = checks.find((found) => found.code === code);
    assert.equal(check?.ok, false, code);
    assert.equal(check?.severity, 'error', code);
  }
  assert.deepEqual(await api.trpc.containers.list.query({}), []);
  assert.equal((await fetch(`${davit.url}/healthz`)).status, 200);

  const { code, output } = await doctor(view);
  assert.equal(code, 1, output);
  for (const line of [/^missing {2}runc is not installed/m, /^missing {2}.*overlay/m]) {
    assert.match(output, line);
  }
});

test('a runc that never answers is told as such, and the server stays up', { timeout: 180_000 }, async (t) => {
  const hanging = join(scratch(t), 'runc');
  writeFileSync(hanging, '#!/bin/sh\nexec sleep 600\n', { mode: 0o755 });
  await using davit = await startDavit({ view: { covered: { ...withoutCrun(), [runcPath()]: hanging } } });
  const problems = await problemsOf(davit);
  assert.match(problems.find(({ code }) => code === 'runc_broken')?.fix ?? '', /--reinstall runc/);
  const api = await setUpOwner(davit, 'ann', PASSWORD);
  const checks = await api.trpc.host.checks.query({});
  assert.match(checks.find(({ code }) => code === 'runc_broken')?.message ?? '', /did not answer in time/);
  assert.equal((await fetch(`${davit.url}/healthz`)).status, 200);
});
