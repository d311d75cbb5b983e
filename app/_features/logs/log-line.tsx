'use client';
import { Copy, Link2 } from 'lucide';
import { useLocale, useTranslations } from 'next-intl';
import { type CSSProperties, memo, useMemo } from 'react';
import { cx } from '../../_lib/cx.ts';
import { formatBytes, formatTime } from '../../_lib/format.ts';
import { IconButton } from '../../_ui/icon-button.tsx';
import { type Colour, parseAnsi, type Style } from './ansi.ts';
import type { Finder } from './finder.ts';
import { markSpans } from './highlight.ts';
import { lineTime } from './line-time.ts';
import { findLinks } from './links.ts';
import type { Times } from './log-view.ts';
import type { LogLine, Skipped } from './log-window.ts';

const CUT_CHARS = 64 * 1024;

interface Props {
  line: LogLine;
  times: Times;
  /** When the process began, where that is known. */
  startMs?: number | undefined;
  wrap: boolean;
  finder?: Finder | undefined;
  /** The hit that the counter stands at. */
  current: boolean;
  /** The line that a link led to. */
  marked?: boolean;
  /** Shows all of a line that is cut. */
  onWhole: (line: LogLine) => void;
  /** What the buttons on the line do; without it there are none. */
  onTake?: (line: LogLine, what: 'line' | 'link') => void;
}

/** One line: always text, whatever it holds; the direction of its letters ends with it. */
export const LineView = memo(function LineView(props: Props) {
  const { line, times, startMs, wrap, finder, current, marked, onWhole, onTake } = props;
  const t = useTranslations('logs');
  const locale = useLocale();
  const isCut = line.text.length > CUT_CHARS;
  const time = lineTime(line.timeMs, times, startMs);
  const spans = useMemo(() => {
    const parts = parseAnsi(isCut ? line.text.slice(0, CUT_CHARS) : line.text);
    const text = parts.map((part) => part.text).join('');
    return markSpans(parts, finder?.hits(text) ?? [], findLinks(text));
  }, [line.text, isCut, finder]);
  const isError = line.stream === 'stderr';
  return (
    <div
      className={cx(
        'group/line relative flex min-h-5 gap-2 border-l-3 pr-3 pl-2.5 max-md:gap-1.5 max-md:pl-1.5',
        isError ? 'border-danger' : marked ? 'border-accent' : 'border-transparent',
        (current || marked) && 'bg-selected',
      )}
      aria-current={marked ? 'true' : undefined}
    >
      {time !== undefined && (
        <time
          dateTime={new Date(line.timeMs).toISOString()}
          title={formatTime(new Date(line.timeMs), locale)}
          className="min-w-[104px] flex-none select-none text-faint tabular-nums max-md:min-w-[62px]"
        >
          {time.clock}
          <span className="max-md:hidden">{time.fraction}</span>
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
        {spans.map(({ text, style, hit, link }, index) => {
          const className = cx(
            hit && (current ? 'rounded-[2px] bg-mark-current outline-1 outline-fg' : 'rounded-[2px] bg-mark'),
            hit && 'text-fg!',
          );
          return link === undefined ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a line that never changes
            <span key={index} style={toCss(style)} className={className}>
              {text}
            </span>
          ) : (
            <a
              // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a line that never changes
              key={index}
              href={link.href}
              title={t('openLink', { host: link.host })}
              target="_blank"
              rel="noopener noreferrer"
              style={toCss(style)}
              className={cx(className, 'underline')}
            >
              {text}
            </a>
          );
        })}
        {isCut && (
          <button type="button" className="ml-2 text-accent underline" onClick={() => onWhole(line)}>
            {t('showAll', { size: formatBytes(line.text.length) })}
          </button>
        )}
      </bdi>
      {onTake !== undefined && (
        <span className="sticky right-2 -my-1 ml-auto hidden h-7 flex-none self-start rounded-control border border-line bg-raised px-0.5 group-hover/line:flex">
          <IconButton
            icon={Copy}
            label={t('copyLine')}
            tabIndex={-1}
            className="size-6!"
            onClick={() => onTake(line, 'line')}
          />
          <IconButton
            icon={Link2}
            label={t('linkLine')}
            tabIndex={-1}
            className="size-6!"
            onClick={() => onTake(line, 'link')}
          />
        </span>
      )}
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
