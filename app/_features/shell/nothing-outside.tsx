'use client';
import { SearchX } from 'lucide';
import { useTranslations } from 'next-intl';
import { LinkButton } from '../../_ui/button.tsx';
import { Empty } from '../../_ui/states.tsx';

/** Outside of the dashboard, where nobody may be signed in. */
export function NothingOutside() {
  const t = useTranslations('error');
  return (
    <main>
      <Empty wholePage icon={SearchX} title={t('notFoundTitle')} text={t('notFoundText')}>
        <LinkButton href="/" variant="primary">
          {t('toHome')}
        </LinkButton>
      </Empty>
    </main>
  );
}
