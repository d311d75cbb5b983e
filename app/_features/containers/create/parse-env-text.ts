import { escapeQuoted } from './pair-lines.ts';

/** Variables of a `.env` text and the numbers of the lines that are none, counted from 1. */
interface EnvText {
  variables: { name: string; value: string }[];
  badLines: number[];
}

const NAME = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*=\s*/;

/** A name alone, whose value a shell would have known. */
const ALONE = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)$/;

/** What `parseEnvText` reads back, variable for variable. */
export function formatEnvText(variables: readonly { name: string; value: string }[]): string {
  return variables
    .map(({ name, value }) => `${name}=${BARE.test(value) ? value : `"${escapeQuoted(value)}"`}\n`)
    .join('');
}

const BARE = /^(?:[^\s"'\\#](?:[^\n\r"'\\#]*[^\s"'\\#])?)?$/;

/**
 * Reads what `.env` files hold: comments, `export`, quotes that may run over lines, escapes in double quotes, and a
 * comment behind a bare value. A name alone has an empty value. Nothing is expanded: `$HOME` stays `$HOME`.
 */
export function parseEnvText(text: string): EnvText {
  const variables: EnvText['variables'] = [];
  const badLines: number[] = [];
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const line = (lines[at] ?? '').trim();
    if (line === '' || line.startsWith('#')) continue;
    const [head = '', name = ''] = NAME.exec(line) ?? [];
    const [, alone] = ALONE.exec(line) ?? [];
    if (alone !== undefined) {
      variables.push({ name: alone, value: '' });
      continue;
    }
    if (name === '') {
      badLines.push(at + 1);
      continue;
    }
    const rest = line.slice(head.length);
    const quote = rest.charAt(0);
    if (quote !== '"' && quote !== "'") {
      variables.push({ name, value: rest.replace(/\s+#.*$/, '').trimEnd() });
      continue;
    }
    const start = at;
    let body = rest.slice(1);
    while (closingQuote(body, quote) === -1 && at + 1 < lines.length) {
      at += 1;
      body += `\n${lines[at] ?? ''}`;
    }
    const end = closingQuote(body, quote);
    if (end === -1) {
      badLines.push(start + 1);
      at = start;
    } else variables.push({ name, value: unquoted(body.slice(0, end), quote) });
  }
  return { variables, badLines };
}

function closingQuote(text: string, quote: string): number {
  for (let i = 0; i < text.length; i += 1) {
    if (quote === '"' && text.charAt(i) === '\\') i += 1;
    else if (text.charAt(i) === quote) return i;
  }
  return -1;
}

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t' };

function unquoted(text: string, quote: string): string {
  if (quote === "'") return text;
  return text.replace(/\\([nrt"\\$])/g, (_, char: string) => ESCAPES[char] ?? char);
}
