import { readFile } from 'node:fs/promises';
import { arch, availableParallelism, hostname, release, totalmem } from 'node:os';
import { logDrivers } from '../containers/index.ts';
import { errnoOf } from '../errors/index.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { HostInfo } from './engine.ts';

export async function readHostInfo(runtime: Pick<Runtime, 'check'>): Promise<HostInfo> {
  const { cgroupVersion, runtime: found } = await runtime.check();
  return {
    hostname: hostname(),
    os: osName(await osRelease()),
    kernel: release(),
    architecture: arch(),
    cpus: availableParallelism(),
    memoryBytes: totalmem(),
    cgroupVersion,
    storageDriver: 'overlay',
    runtime: found,
    logDrivers: logDrivers(),
  };
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
