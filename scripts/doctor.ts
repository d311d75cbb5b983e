// What this host has and lacks: `node scripts/doctor.ts`. Exit code 1 when something that is needed is missing.
import { existsSync } from 'node:fs';
import { enginePaths } from '#engine/index.ts';
import { createKernel } from '#engine/kernel/index.ts';
import { silentLogger, systemClock } from '#engine/lib/index.ts';
import { createRuntime, ensureShim } from '#engine/runtime/index.ts';
import { checkHost } from '#engine/system/index.ts';

const DATA_ROOT = process.env['DAVIT_DATA_ROOT'] ?? '/var/lib/davit';
const RUN_ROOT = process.env['DAVIT_RUN_ROOT'] ?? '/run/davit';

const shimPath = await ensureShim('.davit-build');
await using kernel = await createKernel();
const paths = enginePaths(DATA_ROOT, RUN_ROOT);
await using runtime = createRuntime({ paths, instance: 'doctor', shimPath, log: silentLogger, clock: systemClock });
// Before the first start there is no data root yet: its disk is that of the folder it will be made in.
const dataRoot = existsSync(DATA_ROOT) ? DATA_ROOT : '/';
for (const check of await checkHost({ kernel, runtime, dataRoot })) {
  const mark = check.ok ? 'ok      ' : check.severity === 'error' ? 'missing ' : 'warning ';
  process.stdout.write(`${mark} ${check.message}\n`);
  if (check.fix !== undefined) process.stdout.write(`         mend: ${check.fix}\n`);
  if (!check.ok && check.severity === 'error') process.exitCode = 1;
}
