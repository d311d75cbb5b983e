import { readFileSync } from 'node:fs';
import { KernelClient } from './kernel-client.ts';

/**
 * Unmounts on a thread that is there only while somebody waits for it. The last unmount of an overlay waits for everything that is to
 * be written to the file system below, whoever wrote it: seconds, in which the thread for all other calls would answer nobody.
 */
export class UnmountThread {
  #client: Promise<KernelClient> | undefined;
  #waiting = 0;

  async unmount(target: string, lazy: boolean): Promise<boolean> {
    this.#client ??= KernelClient.start();
    this.#waiting += 1;
    try {
      const client = await this.#client;
      return await client.call('unmount', `unmount ${target}`, target, lazy);
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0) await this.#end();
    }
  }

  async #end(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    // One that did not start was told to whoever waited for it.
    await client?.then((started) => started[Symbol.asyncDispose]()).catch(() => undefined);
  }
}

/** A disk of 100 MB/s needs half a second for it. */
const MUCH_KIB = 48 * 1024;

/** Whether disks have so much to write that an unmount may wait for it. */
export function muchIsUnwritten(meminfo = readFileSync('/proc/meminfo', 'utf8')): boolean {
  const kib = (field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(meminfo)?.[1] ?? 0);
  return kib('Dirty') + kib('Writeback') > MUCH_KIB;
}
