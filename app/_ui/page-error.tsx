'use client';
import { useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { isMissingPart, reloadForMissingPart } from '../_lib/load-again.ts';
import { Button } from './button.tsx';

/** A page that cannot be drawn. One whose parts are gone since the server was upgraded is loaded anew by itself. */
export function PageError({ error, reset }: { error: Error; reset: () => void }) {
  const t = useTranslations('error');
  const ui = useTranslations('ui');
  useEffect(() => {
    reloadForMissingPart(error);
  }, [error]);
  return (
    <div className="flex min-h-[60vh] flex-col items-center justify-center gap-3 px-6 text-center" role="alert">
      <h1 className="font-semibold text-title">{t('title')}</h1>
      <p className="max-w-[44ch] text-muted text-table">{t('pageText')}</p>
      <Button variant="primary" onClick={isMissingPart(error) ? () => location.reload() : reset}>
        {ui('retry')}
      </Button>
    </div>
  );
}
