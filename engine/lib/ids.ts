import { randomBytes } from 'node:crypto';

/** A container's id: 64 lower-case hex digits. Made by `newContainerId` or `parseContainerId` only. */
export type ContainerId = string & { readonly __brand: 'ContainerId' };

/** An exec session's id: 64 lower-case hex digits. */
export type ExecId = string & { readonly __brand: 'ExecId' };

const FULL_ID = /^[0-9a-f]{64}$/;

function newHexId(): string {
  for (;;) {
    const id = randomBytes(32).toString('hex');
    // A short id of digits only would be read as a number by tools that print tables.
    if (/[a-f]/.test(id.slice(0, 12))) return id;
  }
}

export function newContainerId(): ContainerId {
  return newHexId() as ContainerId;
}

export function newExecId(): ExecId {
  return newHexId() as ExecId;
}

export function tryParseContainerId(text: string): ContainerId | undefined {
  return FULL_ID.test(text) ? (text as ContainerId) : undefined;
}

export function tryParseExecId(text: string): ExecId | undefined {
  return FULL_ID.test(text) ? (text as ExecId) : undefined;
}

/** First 12 digits, as every Docker tool prints it; a leading `sha256:` is dropped. */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}
