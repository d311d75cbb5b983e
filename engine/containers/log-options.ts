import type { ContainerConfig } from './container-service.ts';
import { hasJournal } from './journal-log.ts';
import { checkLogExtras } from './log-extras.ts';
import { refused } from './refused.ts';

/** What `docker info` calls log drivers: those that a container of this host can have. */
export function logDrivers(withJournal: boolean = hasJournal()): string[] {
  return ['journald', 'json-file', 'local', 'none'].filter((driver) => withJournal || driver !== 'journald');
}

const OWN_DRIVERS = new Set(['', 'json-file', 'local', 'journald']);
/** Accepted without effect: files are not compressed and never hold a container up. */
const WITHOUT_EFFECT = new Set(['mode', 'max-buffer-size', 'compress']);
/** What the journal and `docker logs --details` tell; `local` knows none of them. */
const EXTRAS = new Set(['labels', 'labels-regex', 'env', 'env-regex', 'tag']);
const SIZE = /^(\d+(?:\.\d+)?) ?([kmgt]?)(?:i?b)?$/i;
const UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/**
 * The log with its sizes read from Docker's options.
 *
 * @throws EngineError `invalid_argument` for another driver, an unknown option or a value that cannot be read
 */
export function normaliseLog(log: ContainerConfig['log']): ContainerConfig['log'] {
  const { driver, options = {} } = log;
  if (driver === 'none') {
    const [extra] = Object.keys(options);
    if (extra !== undefined) throw unknownOption(extra, 'none');
    return { driver };
  }
  if (!OWN_DRIVERS.has(driver)) throw unknownDriver(driver);
  if (driver === 'journald') {
    if (!hasJournal()) throw refused('journald_missing', 'log', 'journald is not running on this host', { driver });
  }
  checkMode(options);
  const own = driver === '' ? 'json-file' : driver;
  if (own !== 'local') checkLogExtras(options);
  let { maxBytes, maxFiles } = log;
  for (const [name, value] of Object.entries(options)) {
    if (name === 'max-size') maxBytes = parseSize(value);
    else if (name === 'max-file') maxFiles = parseCount(value);
    else if (!isKnown(name, own)) throw unknownOption(name, own);
  }
  return {
    ...log,
    driver: own,
    ...(maxBytes === undefined ? {} : { maxBytes }),
    ...(maxFiles === undefined ? {} : { maxFiles }),
  };
}

/** `10m`, `64kb`, `-1`; 0 means without end, which is what Docker makes of -1. */
export function parseSize(text: string): number {
  if (text === '-1') return 0;
  const [, number, unit] = SIZE.exec(text) ?? [];
  const factor = UNITS[(unit ?? '').toLowerCase()];
  const bytes = Math.floor(Number(number) * (factor ?? Number.NaN));
  if (!Number.isSafeInteger(bytes) || bytes <= 0) throw refused('log_size_invalid', 'log', `invalid size: '${text}'`);
  return bytes;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (count === 0) throw refused('log_files_invalid', 'log', 'max-file cannot be less than 1');
  if (!/^\d+$/.test(text) || count > 1000)
    throw refused('log_files_invalid', 'log', 'max-file must be a number from 1 to 1000');
  return count;
}

function checkMode({ mode = '', 'max-buffer-size': size }: Readonly<Record<string, string>>): void {
  if (!['', 'blocking', 'non-blocking'].includes(mode))
    throw refused('log_mode_invalid', 'log', `logger: logging mode not supported: ${mode}`);
  if (size === undefined) return;
  if (mode !== 'non-blocking') {
    const words = "logger: max-buffer-size option is only supported with 'mode=non-blocking'";
    throw refused('log_buffer_alone', 'log', words);
  }
  if (SIZE.test(size)) return;
  throw refused('log_size_invalid', 'log', `error parsing option max-buffer-size: invalid size: '${size}'`);
}

function isKnown(name: string, driver: string): boolean {
  return WITHOUT_EFFECT.has(name) || (driver !== 'local' && EXTRAS.has(name));
}

function unknownOption(name: string, driver: string) {
  // Two texts of dockerd, as each driver brings its own.
  const which = driver === 'local' ? 'log driver local' : `${driver} log driver`;
  return refused('log_option_unknown', 'log', `unknown log opt '${name}' for ${which}`, { name });
}

function unknownDriver(driver: string) {
  const words = `error looking up logging plugin ${driver}: plugin "${driver}" not found`;
  return refused('log_driver_unknown', 'log', words, { driver });
}
