import type { Span } from './ansi.ts';
import type { TextLink } from './links.ts';
import type { Hit } from './pattern/index.ts';

interface MarkedSpan extends Span {
  hit: boolean;
  link: TextLink | undefined;
}

/** Spans cut at the hits and at the links, either of which may reach over several of them. */
export function markSpans(spans: readonly Span[], hits: readonly Hit[], links: readonly TextLink[]): MarkedSpan[] {
  if (hits.length === 0 && links.length === 0) return spans.map((span) => ({ ...span, hit: false, link: undefined }));
  const cuts = [...new Set([...hits.flat(), ...links.flatMap(({ from, to }) => [from, to])])].sort((a, b) => a - b);
  const marked: MarkedSpan[] = [];
  let offset = 0;
  for (const { text, style } of spans) {
    const end = offset + text.length;
    const edges = [offset, ...cuts.filter((cut) => cut > offset && cut < end), end];
    for (const [index, from] of edges.slice(0, -1).entries()) {
      const to = edges[index + 1] ?? end;
      const hit = hits.some(([start, stop]) => from >= start && to <= stop);
      const link = links.find((one) => from >= one.from && to <= one.to);
      marked.push({ text: text.slice(from - offset, to - offset), style, hit, link });
    }
    offset = end;
  }
  return marked;
}
