import { EngineError } from '#engine/errors/index.ts';

export function toJson(value: unknown): string {
  return JSON.stringify(value);
}

/**
 * A column we wrote ourselves: its shape is that of the type it was written from, once `revive` has put back what JSON has no
 * form for.
 *
 * @throws EngineError `data_corrupt` naming the row when the text is no JSON or a value cannot be put back
 */
export function fromJson<T>(text: string, row: string, revive?: (key: string, value: unknown) => unknown): T {
  try {
    return JSON.parse(text, revive);
  } catch (cause) {
    throw new EngineError(
      'data_corrupt',
      `The record of ${row} cannot be read`,
      { reason: 'row_unreadable', row },
      { cause },
    );
  }
}
