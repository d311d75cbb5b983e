import type { Span } from './ansi.ts';

interface MarkedSpan extends Span {
  hit: boolean;
}

/** Where the words stand in a text. */
export function findRanges(text: string, words: string, matchCase: boolean): readonly (readonly [number, number])[] {
  if (words === '') return [];
  const inText = matchCase ? text : text.toLowerCase();
  const wanted = matchCase ? words : words.toLowerCase();
  const ranges: [number, number][] = [];
  for (let at = inText.indexOf(wanted); at >= 0; at = inText.indexOf(wanted, at + wanted.length)) {
    ranges.push([at, at + wanted.length]);
  }
  return ranges;
}

/** Spans cut at the hits, which may reach over several of them. */
export function markSpans(spans: readonly Span[], words: string, matchCase: boolean): MarkedSpan[] {
  const ranges = findRanges(spans.map(({ text }) => text).join(''), words, matchCase);
  if (ranges.length === 0) return spans.map((span) => ({ ...span, hit: false }));
  const cuts = ranges.flat();
  const marked: MarkedSpan[] = [];
  let offset = 0;
  for (const { text, style } of spans) {
    const end = offset + text.length;
    const edges = [offset, ...cuts.filter((cut) => cut > offset && cut < end), end];
    for (const [index, from] of edges.slice(0, -1).entries()) {
      const to = edges[index + 1] ?? end;
      const hit = ranges.some(([start, stop]) => from >= start && to <= stop);
      marked.push({ text: text.slice(from - offset, to - offset), style, hit });
    }
    offset = end;
  }
  return marked;
}
