import { EngineError } from '../errors/index.ts';

/** A refused archive: `reason` for programs, `entry` (a byte string) names the place. */
export function corrupt(reason: string, message: string, entry?: string, cause?: unknown): EngineError {
  if (entry === undefined) return new EngineError('data_corrupt', message, { reason }, { cause });
  const shown = readableName(entry);
  return new EngineError('data_corrupt', `${message} (entry "${shown}")`, { reason, entry: shown }, { cause });
}

/** Names travel as latin1 byte strings; people see UTF-8, short and without control characters. */
export function readableName(bytes: string): string {
  const name = Buffer.from(bytes, 'latin1').toString('utf8');
  return name.replaceAll(/[\p{Cc}\p{Cf}]/gu, '\uFFFD').slice(0, 256);
}
