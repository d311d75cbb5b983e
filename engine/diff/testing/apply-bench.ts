import assert from 'node:assert/strict';
import {
  closeSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { isEngineError } from '../../errors/index.ts';
import { silentLogger } from '../../lib/index.ts';
import { getAttribute, listAttributes, setAttribute } from '../file/posix.ts';
import { createLayerApplier } from '../layer/create-layer-applier.ts';
import type { ApplyLayerOptions } from '../layer/layer-applier.ts';
import { buildTar, type TarMember } from './tar-builder.ts';

export type Extra = Omit<Partial<ApplyLayerOptions>, 'source' | 'target'>;

/** An applier and what its tests need; the caller disposes of the applier. */
export function applyBench() {
  const applier = createLayerApplier({ log: silentLogger });
  return {
    applier,
    place,
    reasonOf,
    apply(target: string, source: TarMember[] | Buffer, extra: Extra = {}) {
      const bytes = Buffer.isBuffer(source) ? source : buildTar(source);
      const limits = { reserveBytes: 0, ...extra.limits };
      return applier.apply({ ...extra, source: Readable.from([bytes]), target, limits });
    },
  };
}

/** A target with a canary beside it: whatever an archive does, the canary's listing and bytes stay. */
function place() {
  const root = mkdtempSync(join(tmpdir(), 'davit-diff-'));
  const target = join(root, 'target');
  const canary = join(root, 'canary');
  for (const folder of [target, canary]) mkdirSync(folder);
  writeFileSync(join(canary, 'secret'), 'untouched', { mode: 0o640 });
  const before = JSON.stringify([lstatSync(canary).mtimeMs, lstatSync(join(canary, 'secret')).ctimeMs]);
  return {
    root,
    target,
    canary,
    at: (...parts: string[]) => join(target, ...parts),
    assertUntouched() {
      assert.deepEqual(readdirSync(root).sort(), ['canary', 'target']);
      assert.deepEqual(readdirSync(canary), ['secret']);
      assert.equal(readFileSync(join(canary, 'secret'), 'utf8'), 'untouched');
      assert.equal(JSON.stringify([lstatSync(canary).mtimeMs, lstatSync(join(canary, 'secret')).ctimeMs]), before);
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true }),
  };
}

async function reasonOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (isEngineError(error)) return `${error.code}/${error.details.reason}`;
    throw error;
  }
  return 'accepted';
}

export function attributesOf(path: string): Record<string, string | undefined> {
  const fd = openSync(path, 'r');
  try {
    return Object.fromEntries(listAttributes(fd).map((name) => [name, getAttribute(fd, name)]));
  } finally {
    closeSync(fd);
  }
}

export function giveAttribute(path: string, name: string, value: string): void {
  const fd = openSync(path, 'r');
  try {
    setAttribute(fd, name, value);
  } finally {
    closeSync(fd);
  }
}
