'use client';
import { useTranslations } from 'next-intl';
import { type CSSProperties, memo, useMemo, useState } from 'react';
import { cx } from '../../_lib/cx.ts';
import { formatBytes, formatClock } from '../../_lib/format.ts';
import { type Colour, parseAnsi, type Style } from './ansi.ts';
import { markSpans } from './highlight.ts';
import type { LogLine, Skipped } from './log-window.ts';

const CUT_CHARS = 64 * 1024;

interface Props {
  line: LogLine;
  times: boolean;
  wrap: boolean;
  words: string;
  matchCase: boolean;
  /** The hit that the counter stands at. */
  current: boolean;
}

/** One line: always text, whatever it holds; the direction of its letters ends with it. */
export const LineView = memo(function LineView({ line, times, wrap, words, matchCase, current }: Props) {
  const t = useTranslations('logs');
  const [whole, setWhole] = useState(false);
  const isCut = line.text.length > CUT_CHARS && !whole;
  const spans = useMemo(
    () => markSpans(parseAnsi(isCut ? line.text.slice(0, CUT_CHARS) : line.text), words, matchCase),
    [line.text, isCut, words, matchCase],
  );
  const isError = line.stream === 'stderr';
  return (
    <div
      className={cx(
        'flex min-h-5 gap-2 border-l-3 pr-3 pl-2.5 max-md:gap-1.5 max-md:pl-1.5',
        isError ? 'border-danger' : 'border-transparent',
        current && 'bg-selected',
      )}
    >
      {times && (
        <time
          dateTime={new Date(line.timeMs).toISOString()}
          title={new Date(line.timeMs).toLocaleString()}
          className="w-[104px] flex-none select-none text-faint tabular-nums max-md:w-[62px]"
        >
          {formatClock(new Date(line.timeMs))}
          <span className="max-md:hidden">{`.${String(Math.floor(line.timeMs % 1_000)).padStart(3, '0')}`}</span>
        </time>
      )}
      <span
        className={cx(
          'w-[34px] flex-none select-none max-md:sr-only',
          isError ? 'font-medium text-danger' : 'text-faint',
        )}
      >
        {t(line.stream)}
      </span>
      <bdi
        dir="ltr"
        className={cx('min-w-0', wrap ? 'whitespace-pre-wrap [overflow-wrap:anywhere]' : 'whitespace-pre')}
      >
        {spans.map(({ text, style, hit }, index) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a line that never changes
            key={index}
            style={toCss(style)}
            className={cx(
              hit && (current ? 'rounded-[2px] bg-mark-current outline-1 outline-fg' : 'rounded-[2px] bg-mark'),
              hit && 'text-fg!',
            )}
          >
            {text}
          </span>
        ))}
        {isCut && (
          <button type="button" className="ml-2 text-accent underline" onClick={() => setWhole(true)}>
            {t('showAll', { size: formatBytes(line.text.length) })}
          </button>
        )}
      </bdi>
    </div>
  );
});

/** A gap with its number, and the way to see what is in it. */
export function SkippedView({ gap, onLoad }: { gap: Skipped; onLoad: () => void }) {
  const t = useTranslations('logs');
  return (
    <div className="flex min-h-6 items-center gap-3 bg-neutral-soft px-3.5 text-muted">
      {t('skipped', { count: gap.skipped })}
      <button type="button" className="text-accent hover:underline" onClick={onLoad}>
        {t('loadSkipped')}
      </button>
    </div>
  );
}

/** Colours of our palette as its variables; a mixed colour as it is. */
function toCss(style: Style): CSSProperties | undefined {
  const { bold, dim, italic, underline, strike, inverse } = style;
  const plain = style.fg === undefined && style.bg === undefined && inverse === undefined;
  if (plain && !bold && !dim && !italic && !underline && !strike) return undefined;
  const front = colourOf(style.fg);
  const back = colourOf(style.bg);
  return {
    // On a coloured ground without a colour of its own, text takes that of the page.
    color: inverse ? (back ?? 'var(--sunken)') : (front ?? (back === undefined ? undefined : 'var(--sunken)')),
    backgroundColor: inverse ? (front ?? 'var(--text)') : back,
    fontWeight: bold ? 600 : undefined,
    fontStyle: italic ? 'italic' : undefined,
    opacity: dim ? 0.75 : undefined,
    textDecoration: underline || strike ? `${underline ? 'underline' : ''} ${strike ? 'line-through' : ''}` : undefined,
  };
}

function colourOf(colour: Colour | undefined): string | undefined {
  if (colour === undefined) return undefined;
  return 'rgb' in colour ? colour.rgb : `var(--ansi-${colour.palette})`;
}
