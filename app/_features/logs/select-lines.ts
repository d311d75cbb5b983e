import { plainText } from './ansi.ts';
import { isLine, type LogEntry } from './log-window.ts';

interface Search {
  words: string;
  matchCase: boolean;
  hitsOnly: boolean;
}

/** What is drawn, and the places in it of the lines with a hit. */
export function selectLines(
  entries: readonly LogEntry[],
  { words, matchCase, hitsOnly }: Search,
): { shown: readonly LogEntry[]; hits: readonly number[] } {
  if (words === '') return { shown: entries, hits: [] };
  const wanted = matchCase ? words : words.toLowerCase();
  const isHit = (entry: LogEntry) => {
    if (!isLine(entry)) return false;
    const text = plainText(entry.text);
    return (matchCase ? text : text.toLowerCase()).includes(wanted);
  };
  if (!hitsOnly) return { shown: entries, hits: entries.flatMap((entry, index) => (isHit(entry) ? [index] : [])) };
  const shown = entries.filter(isHit);
  return { shown, hits: shown.map((_, index) => index) };
}
