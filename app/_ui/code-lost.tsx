'use client';
import { useTranslations } from 'next-intl';
import { useSyncExternalStore } from 'react';
import { codeLost } from '../_lib/lazy-part.tsx';
import { Button } from './button.tsx';

/** Something was opened whose code could not be had: a reload brings it, and is left to the person, who may have typed something. */
export function CodeLost() {
  const t = useTranslations('connection');
  const lost = useSyncExternalStore(codeLost.subscribe, codeLost.get, () => false);
  if (!lost) return null;
  return (
    <div
      role="alert"
      className="fixed inset-x-0 bottom-0 z-(--z-dialog) flex flex-wrap items-center justify-center gap-2.5 border-line border-t bg-warning-soft px-4 py-2 text-table"
    >
      <p>{t('codeLost')}</p>
      <Button size="compact" onClick={() => window.location.reload()}>
        {t('reload')}
      </Button>
    </div>
  );
}
