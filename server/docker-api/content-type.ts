/**
 * What is wrong with the `Content-Type` of a JSON body, in dockerd's words; undefined for one that may be read. The value is taken
 * apart as Go's `mime.ParseMediaType` does, whose complaints dockerd passes on.
 */
export function contentTypeComplaint(given: string): string | undefined {
  const parsed = parseMediaType(given);
  // Node reads bytes of a header as signs of Latin 1.
  const shown = Buffer.from(given, 'latin1').toString('utf8');
  if ('malformed' in parsed) return `malformed Content-Type header (${shown}): mime: ${parsed.malformed}`;
  if (parsed.type === 'application/json') return undefined;
  return `unsupported Content-Type header (${shown}): must be 'application/json'`;
}

type Parsed = { type: string } | { malformed: string };

/** Signs of which RFC 2045 makes names. */
const TOKEN = /^[!#$%&'*+.^`|~\w-]+/;

function parseMediaType(given: string): Parsed {
  const base = given.split(';', 1)[0] ?? '';
  const type = base.trim().toLowerCase();
  const malformed = complaintAboutType(type) ?? complaintAboutParameters(given.slice(base.length));
  return malformed === undefined ? { type } : { malformed };
}

function complaintAboutType(type: string): string | undefined {
  const major = TOKEN.exec(type)?.[0];
  if (major === undefined) return 'no media type';
  const rest = type.slice(major.length);
  if (rest === '') return undefined;
  if (!rest.startsWith('/')) return 'expected slash after first token';
  const minor = TOKEN.exec(rest.slice(1))?.[0];
  if (minor === undefined) return 'expected token after slash';
  return rest.length === minor.length + 1 ? undefined : 'unexpected content after media subtype';
}

const PARAMETER = /^\s*;\s*([!#$%&'*+.^`|~\w-]+)\s*=\s*([!#$%&'*+.^`|~\w-]+|"(?:[^"\\\r\n]|\\[^\r\n])*")/;

function complaintAboutParameters(text: string): string | undefined {
  const seen = new Map<string, string>();
  let rest = text;
  while (rest.trim() !== '') {
    const found = PARAMETER.exec(rest);
    // One semicolon at the end says nothing.
    if (found === null) return rest.trim() === ';' ? undefined : 'invalid media parameter';
    const [whole, name = '', value = ''] = found;
    const key = name.toLowerCase();
    const plain = value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value;
    if ((seen.get(key) ?? plain) !== plain) return 'duplicate parameter name';
    seen.set(key, plain);
    rest = rest.slice(whole.length);
  }
  return undefined;
}
