import { close, fstat } from 'node:fs';
import { promisify } from 'node:util';
import { isEngineError } from '../../errors/index.ts';
import type { Context } from '../context.ts';
import { getRecord, resolveRef } from '../resolve-ref.ts';
import { releaseRoot } from './handle-exit.ts';

const fstatFile = promisify(fstat);
const closeFd = promisify(close);

/** Best first. */
const SHELLS = [
  '/bin/bash',
  '/usr/bin/bash',
  '/usr/local/bin/bash',
  '/bin/zsh',
  '/usr/bin/zsh',
  '/usr/bin/fish',
  '/bin/ash',
  '/bin/sh',
  '/usr/bin/sh',
  '/busybox/sh',
];

/** Opens a path without reading it, so that nothing happens to devices and pipes. */
const O_PATH = 0o10000000;

/** Looks at the container's files only; nothing is run. */
export async function findShells(ctx: Context, ref: string): Promise<string[]> {
  const { id } = await resolveRef(ctx.store, ref);
  using _lock = await ctx.locks.acquire(id);
  const record = await getRecord(ctx.store, id);
  const rootfs = ctx.paths.rootfs(id);
  const runs = record.state.status === 'running' || record.state.status === 'paused';
  if (!runs) await ctx.snapshots.mount(id, rootfs);
  try {
    const found: string[] = [];
    for (const shell of SHELLS) if (await isProgram(ctx, rootfs, shell)) found.push(shell);
    return found;
  } finally {
    if (!runs) await releaseRoot(ctx, id);
  }
}

async function isProgram(ctx: Context, rootfs: string, path: string): Promise<boolean> {
  let fd: number;
  try {
    fd = await ctx.kernel.openInRoot(rootfs, path, { flags: O_PATH });
  } catch (error) {
    // Not there, a loop of links, or not allowed: no shell to offer.
    if (isEngineError(error) && error.code !== 'internal') return false;
    throw error;
  }
  try {
    const info = await fstatFile(fd);
    return info.isFile() && (info.mode & 0o111) !== 0;
  } finally {
    await closeFd(fd);
  }
}
