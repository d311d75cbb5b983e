// Compiles the shim where its source changed: `node scripts/build-shim.ts FOLDER`.
import { ensureShim } from '#engine/runtime/index.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('usage: node scripts/build-shim.ts FOLDER\n');
  process.exitCode = 2;
} else {
  await ensureShim(folder);
}
