import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { EngineError } from '../errors/index.ts';
import type { Kernel } from '../kernel/index.ts';

const run = promisify(execFile);

/**
 * Removes a folder of foreign content. Layers may be nested deeper than any path is long, which `fs.rm` cannot reach,
 * and something may still be mounted inside, which must not be emptied: `rm` handles both. With a kernel, folders with little
 * in them go without a process.
 */
export async function removeTree(path: string, kernel?: Pick<Kernel, 'removeSmallTree'>): Promise<void> {
  if (kernel !== undefined && (await kernel.removeSmallTree(path))) return;
  await runTool('rm', ['-rf', '--one-file-system', '--', path], `Cannot remove ${path}`);
}

/** Writes everything of the file system that holds `path` to the disk. */
export async function syncFileSystem(path: string): Promise<void> {
  await runTool('sync', ['--file-system', '--', path], `Cannot sync ${path}`);
}

async function runTool(tool: string, args: string[], failure: string): Promise<void> {
  try {
    await run(tool, args, { maxBuffer: 1 << 20 });
  } catch (cause) {
    const output = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim().slice(0, 500) : '';
    throw new EngineError(
      'internal',
      `${failure}${output === '' ? '' : `: ${output}`}`,
      { reason: 'tool_failed', tool },
      { cause },
    );
  }
}
