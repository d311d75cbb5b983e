// What this host has and lacks: `node scripts/doctor.ts [--data-root DIR] [--run-root DIR]`. Exit code 1 when something
// that is needed is missing, 2 for settings that are wrong.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isEngineError } from '#engine/errors/index.ts';
import { enginePaths } from '#engine/index.ts';
import { createKernel } from '#engine/kernel/index.ts';
import { silentLogger, systemClock } from '#engine/lib/index.ts';
import { createRuntime, ensureShim } from '#engine/runtime/index.ts';
import { checkHost } from '#engine/system/index.ts';
import { type Config, parseConfig, readFlags } from '#server/config/index.ts';

async function examine({ dataRoot, runRoot, instance }: Config): Promise<boolean> {
  const shimPath = await ensureShim(join(import.meta.dirname, '../.davit-build'));
  await using kernel = await createKernel();
  const paths = enginePaths(dataRoot, runRoot);
  await using runtime = createRuntime({
    ...{ paths, kernel, shimPath },
    ...{ instance: 'doctor', log: silentLogger, clock: systemClock },
  });
  // Before the first start there is no data root yet: its disk is that of the folder it will be made in.
  const checks = await checkHost({ kernel, runtime, dataRoot: existsSync(dataRoot) ? dataRoot : '/', instance });
  for (const check of checks) {
    const mark = check.ok ? 'ok      ' : check.severity === 'error' ? 'missing ' : 'warning ';
    process.stdout.write(`${mark} ${check.message}\n`);
    if (check.fix !== undefined) process.stdout.write(`         mend: ${check.fix}\n`);
  }
  return checks.length > 0 && checks.every((check) => check.ok || check.severity !== 'error');
}

try {
  const config = parseConfig({ flags: readFlags(process.argv.slice(2)).flags, env: process.env });
  process.exitCode = (await examine(config)) ? 0 : 1;
} catch (error) {
  if (!isEngineError(error, 'invalid_argument')) throw error;
  process.stderr.write(`davit doctor: ${error.message}\nSee ./davit doctor --help\n`);
  process.exitCode = 2;
}
