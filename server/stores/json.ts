import { EngineError } from '#engine/errors/index.ts';

export function toJson(value: unknown): string {
  return JSON.stringify(value);
}

/**
 * A column we wrote ourselves: its shape is that of the type it was written from.
 *
 * @throws EngineError `data_corrupt` naming the row when the text is no JSON
 */
export function fromJson<T>(text: string, row: string): T {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new EngineError(
      'data_corrupt',
      `The record of ${row} cannot be read`,
      { reason: 'row_unreadable', row },
      { cause },
    );
  }
}
