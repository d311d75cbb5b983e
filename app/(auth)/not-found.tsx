import { getTranslations } from 'next-intl/server';
import { AuthFrame } from '../_features/auth/auth-frame.tsx';
import { LinkButton } from '../_ui/button.tsx';

/** Of these pages only that of set-up can be gone: an owner exists. */
export default async function SetupDone() {
  const t = await getTranslations('auth');
  return (
    <AuthFrame>
      <h1 className="font-semibold text-title">{t('setupDoneTitle')}</h1>
      <p className="mt-2 mb-5 text-muted text-table">{t('setupDoneText')}</p>
      <LinkButton href="/" variant="primary" size="large" className="w-full">
        {t('toDashboard')}
      </LinkButton>
    </AuthFrame>
  );
}
