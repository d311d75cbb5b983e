// For the tests of the checks: a check run as a program in a folder that holds nothing, which it must refuse.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Exit code and output of `scripts/<name>` in an empty folder. */
export function runInEmptyFolder(name: string): { status: number | null; output: string } {
  const folder = mkdtempSync(join(tmpdir(), 'davit-check-'));
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, name)], {
      cwd: folder,
      encoding: 'utf8',
    });
    return { status, output: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
