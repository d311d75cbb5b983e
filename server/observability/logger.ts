import { destination, type LevelWithSilent, pino } from 'pino';
import type { Logger } from '#engine/lib/index.ts';

const SECRET_KEYS = ['password', 'token', 'secret', 'code', 'authorization', 'cookie', 'env'];

/** JSON lines on standard error; values under names of secrets are left out at the first two levels. */
export function createLogger(level: LevelWithSilent): Logger {
  const paths = SECRET_KEYS.filter((key) => key !== 'code').flatMap((key) => [key, `*.${key}`]);
  return pino({ level, base: null, redact: { paths, censor: '[redacted]' } }, destination({ dest: 2, sync: true }));
}
