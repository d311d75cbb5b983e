import { EngineError } from '#engine/errors/index.ts';
import { AppError } from './app-error.ts';
import { ERROR_MAP, type ErrorCode, type ErrorMapping } from './error-map.ts';

/** How deep an error may lie in what others made of it. */
const MAX_DEPTH = 6;

/**
 * The error of ours that this is, or that it comes from: a disk that is full or read-only and records that are locked or damaged
 * are told as such wherever they were met. Undefined for an unexpected exception.
 */
export function toKnownError(error: unknown): EngineError | AppError | undefined {
  if (error instanceof AppError || (error instanceof EngineError && error.code !== 'internal')) return error;
  return findFault(error, 0) ?? (error instanceof EngineError ? error : undefined);
}

/** `internal` for everything that is no error of ours: an unexpected exception. */
export function codeOf(error: unknown): ErrorCode {
  return toKnownError(error)?.code ?? 'internal';
}

export function mappingOf(error: unknown): ErrorMapping {
  return ERROR_MAP[codeOf(error)];
}

function findFault(error: unknown, depth: number): EngineError | undefined {
  if (typeof error !== 'object' || error === null || depth > MAX_DEPTH) return undefined;
  const known = faultOf(systemCodeOf(error), error);
  if (known !== undefined) return known;
  for (const inner of innerErrors(error)) {
    const found = findFault(inner, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What it was made from: the cause, what several of them or an undo joined, and what Prisma got from SQLite. */
function innerErrors(error: object): unknown[] {
  const read = (key: string): unknown => Reflect.get(error, key);
  const errors = read('errors');
  const inner = ['suppressed', 'error', 'cause', 'meta', 'driverAdapterError'].map(read);
  return [...inner, ...(Array.isArray(errors) ? errors : [])];
}

function systemCodeOf(error: object): string {
  for (const key of ['originalCode', 'code']) {
    const code: unknown = Reflect.get(error, key);
    if (typeof code === 'string') return code;
  }
  return '';
}

function faultOf(code: string, cause: object): EngineError | undefined {
  if (['ENOSPC', 'EDQUOT', 'SQLITE_FULL'].includes(code)) {
    const message = 'No space is left on the disk; remove what is not needed, such as unused images, and try again';
    return new EngineError('resource_exhausted', message, { reason: 'disk_full' }, { cause });
  }
  if (code === 'EROFS' || code.startsWith('SQLITE_READONLY')) {
    const message = 'The disk is read-only: nothing can be changed until it is mounted with write access again';
    return new EngineError('unavailable', message, { reason: 'disk_read_only' }, { cause });
  }
  if (code.startsWith('SQLITE_BUSY')) {
    const message = 'Another program holds the records locked; try again when it has ended';
    return new EngineError('unavailable', message, { reason: 'database_locked' }, { cause });
  }
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) {
    const message = 'The records are damaged; stop the server and run ./davit admin recover';
    return new EngineError('unavailable', message, { reason: 'database_damaged' }, { cause });
  }
  if (code.startsWith('SQLITE_IOERR')) {
    const message = 'The disk does not take or give the records; see the log of the kernel';
    return new EngineError('unavailable', message, { reason: 'disk_failed' }, { cause });
  }
  return undefined;
}
