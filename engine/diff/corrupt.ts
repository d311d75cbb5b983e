import { EngineError } from '../errors/index.ts';

/** A refused archive: `reason` for programs, `entry` (a byte string) names the place. */
export function corrupt(reason: string, message: string, entry?: string, cause?: unknown): EngineError {
  if (entry === undefined) return new EngineError('data_corrupt', message, { reason }, { cause });
  const shown = readableName(entry);
  return new EngineError('data_corrupt', `${message} (entry "${shown}")`, { reason, entry: shown }, { cause });
}

/** Refused because the archive is larger in some way than any honest one; the message names the limit. */
export function overLimit(reason: string, message: string, limit: number, entry?: string): EngineError {
  const { code, message: words, details } = corrupt(reason, message, entry);
  return new EngineError(code, words, { ...details, limit });
}

/** Names travel as latin1 byte strings; people see UTF-8, short and without control characters. */
export function readableName(bytes: string): string {
  const name = Buffer.from(bytes, 'latin1').toString('utf8');
  return name.replaceAll(/[\p{Cc}\p{Cf}]/gu, '\uFFFD').slice(0, 256);
}
