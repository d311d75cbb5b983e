import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createKernel } from '../kernel/index.ts';

/** Address of the host on the link to the outside. */
export const HOST = '192.0.2.1';
/** What `read` says of a page that it does not get. */
export const REFUSED = 'none';
const INSIDE = 'DAVIT_TEST_HOST_OF_ITS_OWN';

/**
 * For tests that change the firewall: runs the test file once more in a network and mount namespace of its own and waits
 * for it. True when this is that run.
 */
export function isOwnHost(t: TestContext, file: string): boolean {
  if (process.env[INSIDE] !== undefined) return true;
  const args = ['--net', '--mount', process.execPath, '--test', file];
  const env = { ...process.env, [INSIDE]: '1', NODE_TEST_CONTEXT: undefined };
  const { status, stdout } = spawnSync('unshare', args, { env, encoding: 'utf8' });
  assert.equal(status, 0, stdout);
  t.diagnostic('ran in a network namespace of its own');
  return false;
}

/** A machine beside this host, by which the host reaches the world, with a page of its own. */
export async function makeOutside() {
  await using undo = new AsyncDisposableStack();
  const address = '192.0.2.2';
  const root = undo.adopt(await mkdtemp(join(tmpdir(), 'outside-')), (path) => rm(path, { recursive: true }));
  const kernel = undo.use(await createKernel());
  const netns = join(root, 'netns');
  await kernel.createNetns(netns);
  undo.defer(() => kernel.dropNetns(netns).then(() => undefined));
  const ip = (...args: string[]) => execFileSync('ip', args);
  ip('link', 'set', 'lo', 'up');
  ip('link', 'add', 'up0', 'type', 'veth', 'peer', 'name', 'far0');
  ip('link', 'set', 'far0', 'netns', netns);
  ip('addr', 'add', `${HOST}/24`, 'dev', 'up0');
  ip('link', 'set', 'up0', 'up');
  ip('route', 'add', 'default', 'via', address);
  const enter = [`--net=${netns}`];
  const far = (...args: string[]) => execFileSync('nsenter', [...enter, 'ip', ...args]);
  far('addr', 'add', `${address}/24`, 'dev', 'far0');
  far('link', 'set', 'far0', 'up');
  far('link', 'set', 'lo', 'up');
  await writeFile(join(root, 'name'), 'outside\n');
  const server = spawn('nsenter', [...enter, 'busybox', 'httpd', '-f', '-h', root], { stdio: 'ignore' });
  undo.defer(async () => {
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  });
  const kept = undo.move();
  return {
    address,
    /** What a page says; the word for none when it is refused. */
    read(url: string): string {
      const program = `fetch(${JSON.stringify(url)}, { signal: AbortSignal.timeout(2000) }).then((response) => response.text())
        .then((text) => process.stdout.write(text), () => process.stdout.write('${REFUSED}'));`;
      return execFileSync('nsenter', [...enter, process.execPath, '-e', program], { encoding: 'utf8' });
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
