import { constants } from 'node:os';
import { EngineError, type EngineErrorCode, errnoOf } from '../errors/index.ts';

const NAMES = new Map<number, string>();
for (const [name, value] of Object.entries(constants.errno)) {
  // EAGAIN comes before its synonym EWOULDBLOCK, ENOTSUP before EOPNOTSUPP: the first name wins.
  if (!NAMES.has(value)) NAMES.set(value, name);
}

/** What a failed call looks like inside the worker; it crosses the thread border as a `SyscallFailure`. */
export class SyscallError extends Error {
  readonly syscall: string;
  readonly errno: string;
  /** The kernel's or library's own words, empty when it gave none. */
  readonly text: string;

  constructor(failure: SyscallFailure) {
    super(`${failure.syscall}: ${failure.errno}${failure.text === '' ? '' : `: ${failure.text}`}`);
    this.name = 'SyscallError';
    this.syscall = failure.syscall;
    this.errno = failure.errno;
    this.text = failure.text;
  }
}

/** A failure as plain data. */
export interface SyscallFailure {
  syscall: string;
  errno: string;
  text: string;
}

export function errnoName(number: number): string {
  return NAMES.get(number) ?? `E${number}`;
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  ENODEV: 'no such device',
  EINVAL: 'invalid argument',
  EPERM: 'operation not permitted',
  EACCES: 'permission denied',
  ENOTDIR: 'not a directory',
  ENOTBLK: 'block device required',
  ETIMEDOUT: 'connection timed out',
  ECONNREFUSED: 'connection refused',
  EHOSTUNREACH: 'no route to host',
  EPROTONOSUPPORT: 'protocol not supported',
  EBUSY: 'device or resource busy',
};

/** The C library's words, for the errors that a mount has; others by name. */
export function errnoWords(errno: string): string {
  return WORDS[errno] ?? errno;
}

/** Any error thrown in the worker, ready to be posted. */
export function toFailure(error: unknown): SyscallFailure {
  if (error instanceof SyscallError) return { syscall: error.syscall, errno: error.errno, text: error.text };
  const syscall =
    error instanceof Error && 'syscall' in error && typeof error.syscall === 'string' ? error.syscall : '';
  const text = error instanceof Error ? error.message : String(error);
  return { syscall, errno: errnoOf(error) ?? '', text };
}

const CODES: Readonly<Record<string, EngineErrorCode>> = {
  ENOENT: 'not_found',
  ENODEV: 'not_found',
  EEXIST: 'already_exists',
  EACCES: 'denied',
  EPERM: 'denied',
  EROFS: 'denied',
  ELOOP: 'invalid_argument',
  ENOTDIR: 'invalid_argument',
  EISDIR: 'invalid_argument',
  ENAMETOOLONG: 'invalid_argument',
  EBUSY: 'in_use',
  EAGAIN: 'in_use',
  ENOSPC: 'resource_exhausted',
  EDQUOT: 'resource_exhausted',
  ENOMEM: 'resource_exhausted',
  EMFILE: 'resource_exhausted',
  ENFILE: 'resource_exhausted',
  ENOSYS: 'unsupported',
  EOPNOTSUPP: 'unsupported',
  ENOTSUP: 'unsupported',
  EPROTONOSUPPORT: 'unavailable',
};

/** The error that leaves the module; `operation` says what was attempted, e.g. `mount overlay at /run/x`. */
export function toEngineError(operation: string, failure: SyscallFailure): EngineError {
  const said = failure.text === '' ? failure.errno : failure.text;
  return new EngineError(CODES[failure.errno] ?? 'internal', `Kernel refused to ${operation}: ${said}`, {
    reason: 'kernel_refused',
    syscall: failure.syscall,
    errno: failure.errno,
  });
}
