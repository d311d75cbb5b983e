import { globalComment } from './tar-writer.ts';

const MARK = 'davit-note ';

/** A text about the whole archive, in a comment in front of its members that other readers of tars ignore. */
export function noteHeader(text: string): Buffer {
  return globalComment(MARK + Buffer.from(text).toString('latin1'));
}

/** @param comment a byte string (latin1); undefined when it is no note */
export function noteOf(comment: string): string | undefined {
  if (!comment.startsWith(MARK)) return undefined;
  return Buffer.from(comment.slice(MARK.length), 'latin1').toString('utf8');
}
