import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { EngineError } from '#engine/errors/index.ts';

interface TarEnd {
  /** Some files changed or vanished while they were read. */
  changed: boolean;
}

/**
 * GNU tar with owners, holes and extended attributes (capabilities, overlay's marks), as the archive of a whole system needs.
 * Its input comes from `source`; its output goes to `sink`.
 *
 * @throws EngineError `internal` with tar's last words
 */
export async function runTar(
  args: readonly string[],
  io: { source?: Readable; sink(output: Readable): Promise<void> },
): Promise<TarEnd> {
  const child = spawn('tar', ['--numeric-owner', '--xattrs', '--xattrs-include=*', ...args], {
    env: { NODE_ENV: 'production', PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  const words = text(child.stderr);
  // tar may stop reading at its end mark: what it thinks of the rest is in its exit code.
  const fed =
    io.source === undefined ? void child.stdin.end() : pipeline(io.source, child.stdin).catch(() => undefined);
  await Promise.all([io.sink(child.stdout), fed]);
  const [code] = (await ended) as [number | null];
  const said = (await words).trim().split('\n').at(-1) ?? '';
  if (code === 0 || (code === 1 && args.includes('--create'))) return { changed: code === 1 };
  throw new EngineError('internal', `tar ended with ${code}: ${said}`, { reason: 'tar_failed' });
}
