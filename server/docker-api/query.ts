import { EngineError } from '#engine/errors/index.ts';
import { badRequest } from './docker-error.ts';

const FALSE = new Set(['', '0', 'no', 'false', 'none']);

/** As dockerd reads a flag: everything but a few words is yes. */
export function flagOf(query: URLSearchParams, name: string, otherwise = false): boolean {
  const text = query.get(name);
  return text === null ? otherwise : !FALSE.has(text.trim().toLowerCase());
}

/** A whole number; undefined when it is not given. dockerd answers 500 to one it cannot read. */
export function integerOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (/^[+-]?\d{1,15}$/.test(text)) return Number(text);
  throw notANumber(name, `strconv.Atoi: parsing ${JSON.stringify(text)}: ${complaintOf(text)}`);
}

/** A moment in seconds with digits after the dot, of which nine can mean something; undefined when not given, or 0. */
export function momentOf(query: URLSearchParams, name: string): Date | undefined {
  const text = query.get(name);
  if (text === null || text === '' || text === '0') return undefined;
  if (!/^-?\d{1,12}(?:\.\d{1,30})?$/.test(text)) {
    throw notANumber(name, `strconv.ParseInt: parsing ${JSON.stringify(text)}: ${complaintOf(text)}`);
  }
  return new Date(Number(text) * 1000);
}

function complaintOf(text: string): string {
  return /^[+-]?\d+$/.test(text) ? 'value out of range' : 'invalid syntax';
}

function notANumber(field: string, words: string): EngineError {
  return new EngineError('invalid_argument', words, { reason: 'not_a_number', field });
}

/** Height and width of a terminal. */
export function sizeOf(query: URLSearchParams): { rows: number; columns: number } {
  return { rows: sideOf(query, 'h', 'height'), columns: sideOf(query, 'w', 'width') };
}

function sideOf(query: URLSearchParams, name: string, side: string): number {
  const text = query.get(name) ?? '';
  const no = (why: string) => badRequest(`invalid resize ${side} ${JSON.stringify(text)}: ${why}`, 'size_invalid');
  if (!/^-?\d{1,20}$/.test(text)) throw no('invalid syntax');
  const number = Number(text);
  if (number < 0 || number > 65_535) throw no('value out of range');
  return number;
}
