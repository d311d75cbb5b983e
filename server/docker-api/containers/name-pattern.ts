import { badRequest } from '../docker-error.ts';

const MAX_LENGTH = 256;
const MAX_REPEATS = 3;

/**
 * The regular expression of a name filter, as far as it is sure to end: docker's run in linear time, ours do not, so repeated
 * groups, references back and more than a few repetitions are refused.
 */
export function toNamePattern(text: string): RegExp {
  const refused = (why: string) => badRequest(`invalid filter 'name=${text}': ${why}`, 'filter_invalid');
  // What is escaped or in a class counts as one plain character.
  const shape = text.replaceAll(/\\[^1-9k]/g, 'x').replaceAll(/\[\^?\]?[^\]]*\]/g, 'x');
  const repeats = shape.match(/[*+?{]/g)?.length ?? 0;
  if (text.length > MAX_LENGTH || repeats > MAX_REPEATS || /\)[*+?{]|\(\?|\\/.test(shape)) {
    throw refused('the expression is too complex');
  }
  try {
    return new RegExp(text);
  } catch {
    // Its message would only quote the expression again.
    throw refused('not a regular expression');
  }
}
