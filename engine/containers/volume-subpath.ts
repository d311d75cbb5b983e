import { close } from 'node:fs';
import { mkdir, readdir, rmdir, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EngineError, errnoOf, isEngineError } from '../errors/index.ts';
import type { Context } from './context.ts';

const O_PATH = 0o10000000;
const closeDescriptor = promisify(close);

type PinContext = Pick<Context, 'kernel' | 'paths'>;

/**
 * Mounts a part of a volume at a place of our own, so that the runtime gets what was found inside the volume: a link that
 * somebody puts on the way afterwards leads nowhere. The pin is needed until the container has started.
 *
 * @throws EngineError `not_found` in Docker's words
 */
export async function pinSubpath(
  { kernel, paths }: PinContext,
  about: { id: string; place: number; folder: string; subpath: string },
): Promise<string> {
  const { folder, subpath } = about;
  const pins = paths.subpaths(about.id);
  const pin = join(pins, String(about.place));
  await mkdir(pins, { recursive: true, mode: 0o700 });
  const fd = await openSubpath(kernel, folder, subpath);
  try {
    // A file is mounted on a file.
    if ((await stat(`/proc/self/fd/${fd}`)).isDirectory()) await mkdir(pin, { recursive: true });
    else await writeFile(pin, '');
    await kernel.bindMount(`/proc/self/fd/${fd}`, pin, { recursive: true, propagation: 'rprivate' });
  } finally {
    await closeDescriptor(fd);
  }
  return pin;
}

/** Drops the pins at the end of a start, whichever it is. */
export function pinsOf(ctx: PinContext & Pick<Context, 'log'>, id: string): AsyncDisposable {
  return {
    async [Symbol.asyncDispose]() {
      try {
        await dropPins(ctx, id);
      } catch (error) {
        // The container runs all the same; the next reconcile drops them.
        ctx.log.error({ err: error, containerId: id }, 'parts of volumes could not be unmounted after the start');
      }
    },
  };
}

/** Takes the pins of one container away. Never recursively: what is mounted there is a volume. */
export async function dropPins({ kernel, paths }: PinContext, id: string): Promise<boolean> {
  const pins = paths.subpaths(id);
  const names = await readdir(pins).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (names === undefined) return false;
  for (const name of names) {
    const pin = join(pins, name);
    while (await kernel.unmount(pin));
    if ((await stat(pin)).isDirectory()) await rmdir(pin);
    else await unlink(pin);
  }
  await rmdir(pins);
  return true;
}

async function openSubpath(kernel: PinContext['kernel'], folder: string, subpath: string): Promise<number> {
  try {
    return await kernel.openInRoot(folder, subpath, { flags: O_PATH });
  } catch (cause) {
    if (!isEngineError(cause, 'not_found')) throw cause;
    const details = { reason: 'subpath_missing', field: 'mounts', subpath };
    const words = `cannot access path ${join(folder, subpath)}: no such file or directory`;
    throw new EngineError('not_found', words, details, { cause });
  }
}
