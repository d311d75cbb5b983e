import { access, constants } from 'node:fs/promises';
import type { Runc } from './runc.ts';
import type { Runtime } from './runtime.ts';

type Check = Awaited<ReturnType<Runtime['check']>>;

/** What doctor says about runc, the shim and the control groups. */
export async function checkRuntime(runc: Runc, shimPath: string, cgroupVersion: 1 | 2): Promise<Check> {
  const problems: Check['problems'] = [];
  const runcPath = await runc.find();
  const runcVersion = runcPath === undefined ? undefined : await versionOf(runc, problems);
  if (runcPath === undefined)
    problems.push({
      code: 'runc_missing',
      message: 'runc is not installed: no container can be started',
      params: {},
      fix: 'apt-get install -y runc',
    });
  const canRun = runcVersion !== undefined && (await shimWorks(shimPath, problems));
  // Known holes, but not a reason to refuse work: distributions patch old versions under the same number.
  if (runcVersion !== undefined && isOlder(runcVersion, [1, 2, 8]))
    problems.push({
      code: 'runc_old',
      message: `runc ${runcVersion} is older than 1.2.8, which closed ways for a hostile image to reach the host`,
      params: { version: runcVersion },
      fix: 'apt-get install -y --only-upgrade runc',
    });
  return { ok: canRun, runcPath, runcVersion, cgroupVersion, problems };
}

async function versionOf(runc: Runc, problems: Check['problems']): Promise<string | undefined> {
  try {
    return await runc.version();
  } catch (error) {
    problems.push({
      code: 'runc_broken',
      message: `runc cannot be run: ${String(error)}`,
      params: { why: String(error) },
      fix: 'apt-get install -y --reinstall runc',
    });
    return undefined;
  }
}

async function shimWorks(path: string, problems: Check['problems']): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch (error) {
    problems.push({
      code: 'shim_missing',
      message: `The shim cannot be run: ${String(error)}`,
      params: { why: String(error) },
      fix: 'Start the server with its launcher, which compiles the shim',
    });
    return false;
  }
}

/** Compares the leading numbers: `1.1.5+ds1` is 1.1.5. */
export function isOlder(version: string, than: readonly number[]): boolean {
  const own = (/^[\d.]+/.exec(version)?.[0] ?? '').split('.').map(Number);
  for (const [at, wanted] of than.entries()) {
    const value = own[at] ?? 0;
    if (value !== wanted) return value < wanted;
  }
  return false;
}
