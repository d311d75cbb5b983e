import { getTranslations } from 'next-intl/server';
import { LinkButton } from './_ui/button.tsx';

export default async function NotFound() {
  const t = await getTranslations('error');
  return (
    <main className="flex min-h-[60vh] flex-col items-center justify-center gap-3 px-6 text-center">
      <h1 className="font-semibold text-title">{t('notFoundTitle')}</h1>
      <p className="max-w-[44ch] text-muted text-table">{t('notFoundText')}</p>
      <LinkButton href="/" variant="primary">
        {t('toHome')}
      </LinkButton>
    </main>
  );
}
