// Compose as it is found on this host, old and new, on one project of this folder.
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A program of Compose: its words and what it says of its version. */
interface ComposeProgram {
  readonly command: readonly [string, ...string[]];
  readonly version: string;
  /** Written in Python, before 2.0. */
  readonly old: boolean;
}

const TIMEOUT_MS = 60_000;
const PROJECT = join(import.meta.dirname, 'project');
const execute = promisify(execFile);

/** Both may be there; the program of its own may be old or new. */
export function findCompose(): ComposeProgram[] {
  const found = [['docker-compose'] as const, ['docker', 'compose'] as const].flatMap((command) => {
    const [program, ...args] = command;
    const { status, stdout } = spawnSync(program, [...args, 'version', '--short'], { encoding: 'utf8' });
    const version = stdout?.trim() ?? '';
    return status === 0 && /^v?\d+\./.test(version) ? [{ command, version, old: /^v?1\./.test(version) }] : [];
  });
  return found.filter(({ version }, at) => found.findIndex((other) => other.version === version) === at);
}

/** Runs a subcommand on the project and gives what it prints; rejects with its complaint. */
export async function runCompose(
  { command }: ComposeProgram,
  env: Readonly<Record<string, string>>,
  ...args: string[]
): Promise<string> {
  const [program, ...first] = command;
  const { stdout } = await execute(program, [...first, ...args], {
    cwd: PROJECT,
    env: { ...process.env, ...env },
    timeout: TIMEOUT_MS,
  });
  return stdout.trimEnd();
}
