'use client';
import { useTranslations } from 'next-intl';
import { Card } from '../../_ui/card.tsx';
import { Page } from '../../_ui/page.tsx';
import { PasswordForm } from './password-form.tsx';
import { Preferences } from './preferences.tsx';
import { SessionList } from './session-list.tsx';
import { TokenList } from './token-list.tsx';

export function AccountPage() {
  const t = useTranslations('account');
  return (
    <Page title={t('title')}>
      <div className="flex max-w-3xl flex-col gap-4">
        <Card title={t('password')}>
          <PasswordForm />
        </Card>
        <Card title={t('sessions')} flush>
          <SessionList />
        </Card>
        <Card id="tokens" title={t('tokens')} flush>
          <TokenList />
        </Card>
        <Card title={t('preferences')}>
          <Preferences />
        </Card>
      </div>
    </Page>
  );
}
