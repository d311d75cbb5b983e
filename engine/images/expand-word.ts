/**
 * A word of a Dockerfile without its quotes, with `$NAME`, `${NAME}`, `${NAME:-otherwise}` and `${NAME:+instead}` filled in from
 * variables. Single quotes protect everything; inside double quotes a backslash protects only quote, dollar and itself.
 */
export function expandWord(word: string, env: readonly string[] = []): string {
  let text = '';
  let quote = '';
  for (let at = 0; at < word.length; at += 1) {
    const sign = word[at] ?? '';
    const next = word[at + 1] ?? '';
    if (quote === "'") {
      if (sign === "'") quote = '';
      else text += sign;
    } else if (sign === '"' || (sign === "'" && quote === '')) {
      quote = quote === '' ? sign : '';
    } else if (sign === '\\' && next !== '' && (quote === '' || '"$\\'.includes(next))) {
      text += next;
      at += 1;
    } else if (sign === '$') {
      const { value, length } = variableAt(word.slice(at), env);
      text += value;
      at += length - 1;
    } else {
      text += sign;
    }
  }
  return text;
}

/** What a dollar stands for: itself where no name follows. */
function variableAt(text: string, env: readonly string[]): { value: string; length: number } {
  const [whole, plain, braced, operator, word = ''] =
    /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::([-+])([^}]*))?\})/.exec(text) ?? [];
  const name = plain ?? braced;
  if (whole === undefined || name === undefined) return { value: '$', length: 1 };
  const found = env.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
  const isSet = found !== '';
  const value = operator === '-' && !isSet ? word : operator === '+' ? (isSet ? word : '') : found;
  return { value, length: whole.length };
}
