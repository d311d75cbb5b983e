import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { arch, availableParallelism, hostname, release, totalmem, uptime } from 'node:os';
import { logDrivers } from '../containers/index.ts';
import { errnoOf } from '../errors/index.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { HostInfo } from './engine.ts';

export async function readHostInfo(runtime: Pick<Runtime, 'check'>, dataRoot: string): Promise<HostInfo> {
  const { cgroupVersion, runtime: found } = await runtime.check();
  return {
    id: await engineId(dataRoot),
    dataRoot,
    hostname: hostname(),
    os: osName(await osRelease()),
    kernel: release(),
    architecture: arch(),
    cpus: availableParallelism(),
    memoryBytes: totalmem(),
    bootedAt: new Date(Date.now() - uptime() * 1_000),
    cgroupVersion,
    storageDriver: 'overlay',
    runtime: found,
    logDrivers: logDrivers(),
  };
}

/** Docker's clients compare it to tell engines apart; a host without a machine id is told by its name. */
async function engineId(dataRoot: string): Promise<string> {
  const machine = await readFile('/etc/machine-id', 'utf8').catch(() => hostname());
  const digits = createHash('sha256').update(`${machine.trim()}:${dataRoot}`).digest('hex');
  return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-5$3-8$4-$5');
}

/** `PRETTY_NAME` of os-release(5). */
function osName(text: string): string {
  return /^PRETTY_NAME=(["']?)(.*)\1$/m.exec(text)?.[2] ?? 'Linux';
}

async function osRelease(): Promise<string> {
  try {
    return await readFile('/etc/os-release', 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return '';
    throw error;
  }
}
