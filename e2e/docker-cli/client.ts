// The real docker CLI against a server of a test.
import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { busyboxRootfs } from '#engine/testing/busybox-rootfs.ts';
import { startDavit } from '../davit-process.ts';
import { openTerminal } from './terminal.ts';

/** Why these tests cannot run here; undefined when they can. */
export const withoutDocker: string | undefined =
  spawnSync('docker', ['--version']).status === 0 ? undefined : 'there is no docker CLI on this host';

interface Ran {
  code: number;
  out: string;
  err: string;
}

const TIMEOUT_MS = 60_000;

/** A server with the image `base:1`, and the CLI with settings of its own. */
export async function startDockerCli(flags: readonly string[] = []) {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await mkdtempDisposable(join(tmpdir(), 'davit-cli-')));
  const davit = stack.use(await startDavit({ flags }));
  const env = { ...process.env, DOCKER_HOST: `unix://${davit.runRoot}/docker.sock`, DOCKER_CONFIG: folder.path };

  /** Never rejects: what it ended with is for the test to judge. */
  const run = (
    args: readonly string[],
    input: string | Buffer = '',
    more: Record<string, string> = {},
  ): Promise<Ran> => {
    const { promise, resolve } = Promise.withResolvers<Ran>();
    const child = execFile(
      'docker',
      args,
      { env: { ...env, ...more }, encoding: 'utf8', timeout: TIMEOUT_MS, maxBuffer: 64 << 20 },
      (_error, stdout, stderr) =>
        resolve({ code: child.exitCode ?? 128, out: stdout.trimEnd(), err: stderr.trimEnd() }),
    );
    // A command that reads no input may be gone before it is written.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
    return promise;
  };
  /** What a command that must succeed prints. */
  const docker = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await run(args);
    if (code !== 0) throw new Error(`docker ${args.join(' ')} ended with ${code}: ${err}`);
    return out;
  };
  /** The complaint of a command that must fail. */
  const refused = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await run(args);
    if (code === 0) throw new Error(`docker ${args.join(' ')} was not refused: ${out}`);
    return err;
  };

  /** Lines of a command that does not end by itself, up to the one that is waited for. */
  const linesUntil = async (last: string, args: readonly string[]): Promise<string[]> => {
    const child = spawn('docker', args, { env, stdio: ['ignore', 'pipe', 'inherit'], timeout: TIMEOUT_MS });
    const lines: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      lines.push(line);
      if (line === last) break;
    }
    child.kill();
    if (lines.at(-1) !== last) throw new Error(`docker ${args.join(' ')} ended without ${last}: ${lines.join()}`);
    return lines;
  };

  const rootfs = join(folder.path, 'rootfs.tar');
  await writeFile(rootfs, await busyboxRootfs());
  await docker('import', '-c', 'CMD ["sh"]', '-c', 'LABEL kind=base', rootfs, 'base:1');
  const owned = stack.move();
  return {
    davit,
    docker,
    refused,
    linesUntil,
    run,
    /** In a terminal; ended with this client. */
    terminal: (...args: string[]) => owned.use(openTerminal(env, args)),
    /** For commands that a test starts itself. */
    env,
    rootfs,
    folder: folder.path,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Lines that are not empty. */
export function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
