import { access, constants } from 'node:fs/promises';
import type { Choice, Programs } from './choose-program.ts';
import type { OciProgram } from './oci-program.ts';
import type { Runtime } from './runtime.ts';

type Check = Awaited<ReturnType<Runtime['check']>>;

/** What doctor says about the runtime, the shim and the control groups. */
export async function checkRuntime(programs: Programs, shimPath: string, cgroupVersion: 1 | 2): Promise<Check> {
  const problems: Check['problems'] = [];
  const hasShim = await shimWorks(shimPath, problems);
  // Without the shim nothing can be tried: what would be started is then told by its version alone.
  const choice = hasShim ? await choiceOf(programs, problems) : undefined;
  const program = choice?.program ?? (hasShim ? undefined : programs.all()[0]);
  const path = await program?.find();
  const version = program === undefined || path === undefined ? undefined : await versionOf(program, problems);
  if (program !== undefined && path === undefined)
    problems.push({
      code: 'runc_missing',
      message: 'runc is not installed: no container can be started',
      params: {},
      fix: 'apt-get install -y runc',
    });
  // Known holes, but not a reason to refuse work: distributions patch old versions under the same number.
  if (program?.name === 'runc' && version !== undefined && isOlder(version, [1, 2, 8]))
    problems.push({
      code: 'runc_old',
      message: `runc ${version} is older than 1.2.8, which closed ways for a hostile image to reach the host`,
      params: { version },
      fix: 'apt-get install -y --only-upgrade runc',
    });
  const runtime =
    program === undefined || path === undefined
      ? undefined
      : { name: program.name, path, version: version ?? '', why: choice?.why ?? 'asked', said: choice?.said ?? '' };
  return { ok: hasShim && version !== undefined, runtime, cgroupVersion, problems };
}

async function choiceOf(programs: Programs, problems: Check['problems']): Promise<Choice | undefined> {
  try {
    return await programs.chosen();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    problems.push({
      code: 'runtime_refused',
      message: `The runtime that was asked for cannot be used: ${why}`,
      params: { why },
      fix: './davit up --runtime auto',
    });
    return undefined;
  }
}

async function versionOf(program: OciProgram, problems: Check['problems']): Promise<string | undefined> {
  try {
    return await program.version();
  } catch (error) {
    problems.push({
      code: 'runc_broken',
      message: `${program.name} cannot be run: ${String(error)}`,
      params: { why: String(error) },
      fix: `apt-get install -y --reinstall ${program.name}`,
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
