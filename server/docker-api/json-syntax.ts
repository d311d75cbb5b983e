/** What is wrong with a text that is no JSON, in the words of Go's reader; `undefined` for words of V8 that are not known. */
export function jsonComplaint(text: string, error: unknown): string {
  const said = error instanceof Error ? error.message : '';
  if (/^Unexpected non-whitespace character after JSON/.test(said)) return 'unexpected content after JSON';
  return `invalid JSON: ${syntaxOf(text, said)}`;
}

const PLACES: readonly (readonly [said: RegExp, place: string])[] = [
  [
    /^Expected property name or '}'|^Expected double-quoted property name/,
    'looking for beginning of object key string',
  ],
  [/^Expected ',' or '}' after property value/, 'after object key:value pair'],
  [/^Expected ':' after property name/, 'after object key'],
  [/^Expected ',' or '\]' after array element/, 'after array element'],
  [/^Bad control character in string/, 'in string'],
  [/^Bad escaped character|^Bad Unicode escape/, 'in string escape code'],
  [/^Unexpected token/, 'looking for beginning of value'],
];

function syntaxOf(text: string, said: string): string {
  const position = Number(/ at position (\d+)/.exec(said)?.[1] ?? Number.NaN);
  const [, token] = /^Unexpected token '([\s\S])'/.exec(said) ?? [];
  const sign = token ?? text[position];
  const place = PLACES.find(([pattern]) => pattern.test(said))?.[1];
  if (/^Unexpected end|^Unterminated/.test(said) || sign === undefined) return 'unexpected EOF';
  return place === undefined ? said : `invalid character ${quoted(sign)} ${place}`;
}

function quoted(sign: string): string {
  if (sign === "'") return "'\\''";
  const shown = JSON.stringify(sign).slice(1, -1).replace('\\"', '"').replace('\\u00', '\\x');
  // A byte order mark is nothing one could see.
  return `'${shown.replace('\ufeff', '\\ufeff')}'`;
}
