import { sessionsBegun } from './session-end.ts';

/** Where a tab stands in the server's numbered events. */
export interface Cursor {
  epoch: string;
  seq: number;
}

let last = Date.now();
let first: Cursor | undefined;

/** When the server last answered a request of this tab: that is what keeps its session from ending for idleness. */
export function lastAnswerMs(): number {
  return last;
}

/** Whatever this tab has read shows all events up to here at least; undefined while it has read nothing. */
export function readFrom(): Cursor | undefined {
  return first;
}

/** `fetch` that takes note. What was read as who was signed in before is read again as who is now. */
export async function notedFetch(input: RequestInfo | URL | string, init?: RequestInit): Promise<Response> {
  const session = sessionsBegun();
  const response = await fetch(input, init);
  if (session !== sessionsBegun() && init?.method === 'GET') return notedFetch(input, init);
  last = Date.now();
  first ??= parsePosition(response.headers.get('x-davit-events'));
  return response;
}

/** Undefined for what cannot be read, as from a server of another version: then the tab knows nothing of where it stands. */
export function parsePosition(text: string | null): Cursor | undefined {
  const [, epoch, seq] = /^(\S{1,64}) (\d{1,15})$/.exec(text ?? '') ?? [];
  return epoch === undefined ? undefined : { epoch, seq: Number(seq) };
}
