import { EngineError } from '../errors/index.ts';

const MAX_DEPTH = 64;
const MAX_BYTES = 8 << 20;

/**
 * Parses JSON that came from outside. Two readers that disagree about a repeated key may verify one document and run
 * another, so repeated keys are refused, as is nesting that nobody writes by hand.
 *
 * @throws EngineError `data_corrupt`; `what` names the document
 */
export function parseStrictJson(bytes: Uint8Array, what: string): unknown {
  if (bytes.length > MAX_BYTES) throw corruptImage(`${what} has more than ${MAX_BYTES} bytes`, 'json_too_large');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw corruptImage(`${what} is not UTF-8 text`, 'json_invalid', cause);
  }
  checkDepth(text, what);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw corruptImage(`${what} is not valid JSON`, 'json_invalid', cause);
  }
  checkKeys(text, what);
  return value;
}

export function corruptImage(message: string, reason: string, cause?: unknown): EngineError {
  return new EngineError('data_corrupt', message, { reason }, cause === undefined ? {} : { cause });
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]]/gs;

function checkDepth(text: string, what: string): void {
  let depth = 0;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    if (depth > MAX_DEPTH) throw corruptImage(`${what} is nested too deeply`, 'json_too_deep');
  }
}

/** Runs on text that JSON.parse accepted, so that a string before a colon is a key of the innermost object. */
function checkKeys(text: string, what: string): void {
  const open: Set<string>[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const [token] = match;
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (isBeforeColon(text, match.index + token.length)) {
      const key = String(JSON.parse(token));
      const keys = open.at(-1);
      if (keys?.has(key)) throw corruptImage(`${what} names "${key.slice(0, 60)}" twice`, 'json_duplicate_key');
      keys?.add(key);
    }
  }
}

function isBeforeColon(text: string, from: number): boolean {
  let at = from;
  while (' \t\r\n'.includes(text[at] ?? '-')) at += 1;
  return text[at] === ':';
}
