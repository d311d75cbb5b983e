import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { EngineError } from '#engine/errors/index.ts';
import type { Values } from './fields.ts';

const BYTES = Float32Array.BYTES_PER_ELEMENT;

/**
 * The points of one stretch of time as bytes: all values of a field stand together (they resemble each other), packed. A slot
 * without a point is NaN throughout.
 */
export function encodeBlock(slots: readonly (Values | undefined)[], fieldCount: number): Buffer {
  const columns = new Float32Array(slots.length * fieldCount).fill(Number.NaN);
  for (const [slot, values] of slots.entries())
    for (const [field, value] of values?.entries() ?? []) columns[field * slots.length + slot] = value;
  return deflateRawSync(Buffer.from(columns.buffer), { level: 6 });
}

/** @throws EngineError `data_corrupt`, or Error of zlib, for bytes that are no block of so many slots and fields */
export function decodeBlock(data: Buffer, slotCount: number, fieldCount: number): (Values | undefined)[] {
  const bytes = inflateRawSync(data, { maxOutputLength: slotCount * fieldCount * BYTES });
  if (bytes.length !== slotCount * fieldCount * BYTES)
    throw new EngineError('data_corrupt', 'A block of metrics has the wrong length', { reason: 'metrics_damaged' });
  const value = (slot: number, field: number) => bytes.readFloatLE((field * slotCount + slot) * BYTES);
  return Array.from({ length: slotCount }, (_, slot) => {
    const values = Array.from({ length: fieldCount }, (_, field) => value(slot, field));
    return values.every(Number.isNaN) ? undefined : values;
  });
}
