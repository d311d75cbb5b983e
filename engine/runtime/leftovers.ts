import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errnoOf } from '../errors/index.ts';
import { writeFileAtomic } from '../lib/index.ts';
import type { ExitRecord } from './runtime.ts';
import { formatExit, tryParseExit } from './shim/stream-codec.ts';

const SHIM_FILES = ['s', 'c', 'pid', 'exit', 'shim', 'exit.tmp', 'shim.tmp', 'process.json'];
const SHIM_PATIENCE_MS = 3_000;

/** The exit record in a shim's folder. */
export async function readExit(dir: string): Promise<ExitRecord | undefined> {
  try {
    return tryParseExit(await readFile(join(dir, 'exit'), 'utf8'));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** For a shim that could not write it itself, so that a later server finds the same answer. */
export async function writeExit(dir: string, exit: ExitRecord): Promise<void> {
  if (existsSync(dir)) await writeFileAtomic(join(dir, 'exit'), formatExit(exit));
}

/** Lets a shim whose process has ended finish, and kills one that does not. */
export async function endShim(dir: string, id: string): Promise<void> {
  const end = performance.now() + SHIM_PATIENCE_MS;
  for (let pid = shimPid(dir, id); pid !== undefined; pid = shimPid(dir, id)) {
    if (performance.now() > end) killIfThere(pid);
    await sleep(5);
  }
}

/** Removes what shims keep in the container's folder; what belongs to others stays. */
export async function removeShimFiles(dir: string): Promise<void> {
  if (existsSync(join(dir, 'exec'))) await rm(join(dir, 'exec'), { recursive: true, force: true });
  // The run root lies in memory: handing such calls to another thread takes longer than they do.
  for (const name of SHIM_FILES) rmSync(join(dir, name), { force: true });
  try {
    rmdirSync(dir);
  } catch (error) {
    const code = errnoOf(error);
    // The mounted root lies in the same folder and has its own owner.
    if (code !== 'ENOENT' && code !== 'ENOTEMPTY' && code !== 'EBUSY') throw error;
  }
}

export async function execIds(dir: string): Promise<string[]> {
  try {
    return await readdir(join(dir, 'exec'));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Names in a folder that may not exist. */
export function namesIn(dir: string): string[] {
  return existsSync(dir) ? readdirSync(dir) : [];
}

export function hasShimFiles(dir: string): boolean {
  return SHIM_FILES.some((name) => existsSync(join(dir, name))) || existsSync(join(dir, 'exec'));
}

/** The living shim of this folder: its file may be older than a restart of the machine. */
function shimPid(dir: string, id: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(dir, 'shim'), 'utf8'));
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return command.includes(`--dir=${dir}`) && command.includes(`--id=${id}`) ? pid : undefined;
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error;
  }
}
