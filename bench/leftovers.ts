// What a measurement that was killed left behind: each folder tells whose it is, and the next measurement takes it away.
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeTraces } from '../e2e/kernel-traces.ts';

interface Claim {
  /** Of the measurement. */
  pid: number;
  /** Of links, tables and control groups. */
  name: string;
  dataRoot: string;
  runRoot: string;
}

const CLAIM = 'bench.json';
const FOLDER = /^(?:davit|dockerd)-bench-/;

/** @param root a folder of an engine that is measured by this process */
export async function claim(root: string, engine: Omit<Claim, 'pid'>): Promise<void> {
  await writeFile(join(root, CLAIM), JSON.stringify({ pid: process.pid, ...engine } satisfies Claim));
}

/** Ends and removes everything of measurements whose process is gone. */
export async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!FOLDER.test(name)) continue;
    const root = join(tmpdir(), name);
    const found = await readClaim(root);
    if (found === undefined || isAlive(found.pid)) continue;
    endProcesses(root);
    await removeTraces(found);
    await rm(root, { recursive: true, force: true });
  }
}

async function readClaim(root: string): Promise<Claim | undefined> {
  try {
    return JSON.parse(await readFile(join(root, CLAIM), 'utf8')) as Claim;
  } catch {
    // Just made, or no engine's folder: nobody knows whose it is.
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // No such process: this runs as root, so nothing else can be wrong.
    return false;
  }
}

/** The servers: their command lines name the folder, which has a random name. */
function endProcesses(root: string): void {
  for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`${root}/`)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It ended meanwhile.
    }
  }
}
