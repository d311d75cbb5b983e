import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EngineError, errnoOf } from '../../errors/index.ts';

const run = promisify(execFile);
/** Seconds, but minutes on an emulated processor under load. */
const COMPILE_MS = 300_000;
const FLAGS = ['-O2', '-static', '-Wall', '-Wextra', '-Werror'];

/**
 * The compiled shim in `cacheDir`, named after the digest of its sources: compiled when it is not there yet.
 * A changed source gives a new file, so a running shim's is never replaced.
 *
 * @throws EngineError `unavailable` when no compiler is there or it fails.
 */
export async function ensureShim(cacheDir: string): Promise<string> {
  const folder = import.meta.dirname;
  const names = (await readdir(folder)).filter((name) => /\.[ch]$/.test(name)).sort();
  const digest = createHash('sha256').update(FLAGS.join(' '));
  for (const name of names) digest.update(`\0${name}\0`).update(await readFile(join(folder, name)));
  const target = join(cacheDir, `davit-shim-${digest.digest('hex').slice(0, 16)}`);
  if (await exists(target)) return target;

  await mkdir(cacheDir, { recursive: true });
  const temporary = `${target}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    const sources = names.filter((name) => name.endsWith('.c')).map((name) => join(folder, name));
    await run('cc', [...FLAGS, '-o', temporary, ...sources], { timeout: COMPILE_MS });
    await chmod(temporary, 0o755);
    await rename(temporary, target);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw compileError(cause);
  }
  return target;
}

function compileError(cause: unknown): EngineError {
  const missing = errnoOf(cause) === 'ENOENT';
  const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : '';
  return new EngineError(
    'unavailable',
    missing
      ? 'The shim cannot be compiled: no C compiler (cc) is installed'
      : `The shim cannot be compiled: ${said || String(cause)}`,
    { reason: missing ? 'compiler_missing' : 'shim_compile_failed' },
    { cause },
  );
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}
