'use client';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { useKeysOn } from '../../_lib/preferences.ts';
import { Button } from '../button.tsx';
import { Key } from '../key.tsx';

/** Floats over the lower edge of the list while something is selected; nothing else moves. */
export function BulkBar({
  count,
  summary,
  onClear,
  children,
}: {
  count: number;
  summary?: string | undefined;
  onClear: () => void;
  children: ReactNode;
}) {
  const t = useTranslations('ui');
  const keysOn = useKeysOn();
  if (count === 0) return null;
  return (
    <section
      data-bulk-bar
      aria-label={t('selection')}
      className="sticky bottom-4 z-(--z-bulkbar) mx-auto mt-3 flex w-max max-w-full items-center gap-1 overflow-x-auto rounded-[10px] border border-line bg-raised py-1.5 pr-1.5 pl-3.5 text-table shadow-float max-md:bottom-16"
    >
      <span className="whitespace-nowrap font-semibold">{t('selected', { count })}</span>
      {summary !== undefined && <span className="whitespace-nowrap pl-1 text-muted max-md:hidden">{summary}</span>}
      <span className="mx-2 h-5 border-line border-l" />
      {children}
      <span className="mx-1 h-5 border-line border-l" />
      <Button variant="ghost" onClick={onClear} aria-keyshortcuts={keysOn ? 'Escape' : undefined}>
        {t('clearSelection')}
        {keysOn && <Key className="max-md:hidden">Esc</Key>}
      </Button>
    </section>
  );
}
