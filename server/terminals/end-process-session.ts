import { readdir, readFile } from 'node:fs/promises';
import { errnoOf } from '#engine/errors/index.ts';

/**
 * Kills every process of a kernel session, the jobs that were put aside and those that ignore a hang-up included. What made
 * itself a session of its own, as services do, is not among them.
 */
export async function endProcessSession(sessionId: number): Promise<void> {
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || (await sessionOf(pid)) !== sessionId) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      // It ended meanwhile.
      if (errnoOf(error) !== 'ESRCH') throw error;
    }
  }
}

/** The sixth field of `stat`, behind a name that may hold spaces and brackets. */
async function sessionOf(pid: number): Promise<number | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]);
  } catch (error) {
    // It ended meanwhile.
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ESRCH') return undefined;
    throw error;
  }
}
