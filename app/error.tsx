'use client';
import { useTranslations } from 'next-intl';
import { Button } from './_ui/button.tsx';

export default function PageError({ reset }: { error: Error; reset: () => void }) {
  const t = useTranslations('error');
  const ui = useTranslations('ui');
  return (
    <main className="flex min-h-[60vh] flex-col items-center justify-center gap-3 px-6 text-center" role="alert">
      <h1 className="font-semibold text-title">{t('title')}</h1>
      <p className="max-w-[44ch] text-muted text-table">{t('pageText')}</p>
      <Button variant="primary" onClick={reset}>
        {ui('retry')}
      </Button>
    </main>
  );
}
