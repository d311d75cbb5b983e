'use client';
import { useTranslations } from 'next-intl';
import { type ReactNode, useEffect, useRef } from 'react';
import { useKeysOn } from '../../_lib/preferences.ts';
import { Button } from '../button.tsx';
import { Key } from '../key.tsx';

/** Floats over the lower edge of the list while something is selected; nothing else moves. */
export function BulkBar(props: BulkBarProps) {
  return props.count > 0 && <Bar {...props} />;
}

interface BulkBarProps {
  count: number;
  summary?: string | undefined;
  /** Under the verbs: which of the rows they do not fit. */
  note?: ReactNode;
  onClear: () => void;
  children: ReactNode;
}

function Bar({ count, summary, note, onClear, children }: BulkBarProps) {
  const t = useTranslations('ui');
  const keysOn = useKeysOn();
  const bar = useRef<HTMLElement>(null);
  useEffect(() => {
    if (bar.current !== null) return tellPlace(bar.current);
  }, []);
  return (
    <section
      ref={bar}
      data-bulk-bar
      aria-label={t('selection')}
      className="sticky bottom-4 z-(--z-bulkbar) mx-auto mt-3 w-max max-w-full rounded-[10px] border border-line bg-raised py-1.5 pr-1.5 pl-3.5 text-table shadow-float max-md:bottom-16"
    >
      <div className="flex items-center gap-1 overflow-x-auto">
        <span className="whitespace-nowrap font-semibold">{t('selected', { count })}</span>
        {summary !== undefined && <span className="whitespace-nowrap pl-1 text-muted max-md:hidden">{summary}</span>}
        <span className="mx-2 h-5 border-line border-l" />
        {children}
        <span className="mx-1 h-5 border-line border-l" />
        <Button variant="ghost" onClick={onClear} aria-keyshortcuts={keysOn ? 'Escape' : undefined}>
          {t('clearSelection')}
          {keysOn && <Key className="max-md:hidden">Esc</Key>}
        </Button>
      </div>
      {note}
    </section>
  );
}

const MARGIN_PX = 12;

/**
 * Toasts stand above the bar, wherever the end of the list has put it; a table that is scrolled by itself leaves room for it, so that
 * what scrolls it sideways is in sight. @returns ends it
 */
function tellPlace(bar: HTMLElement): () => void {
  const { style } = document.documentElement;
  const tell = () => {
    style.setProperty('--bulk-bar', `${window.innerHeight - bar.getBoundingClientRect().top}px`);
    style.setProperty('--bulk-bar-room', `${bar.offsetHeight + MARGIN_PX}px`);
  };
  const resized = new ResizeObserver(tell);
  resized.observe(bar);
  resized.observe(document.body);
  addEventListener('scroll', tell, { passive: true });
  addEventListener('resize', tell);
  return () => {
    resized.disconnect();
    removeEventListener('scroll', tell);
    removeEventListener('resize', tell);
    style.removeProperty('--bulk-bar');
    style.removeProperty('--bulk-bar-room');
  };
}
