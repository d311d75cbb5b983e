'use client';
import { useTranslations } from 'next-intl';
import { lazyPart } from '../../_lib/lazy-part.tsx';
import { Card } from '../../_ui/card.tsx';
import { Page } from '../../_ui/page.tsx';
import { PasswordForm } from './password-form.tsx';
import { Preferences } from './preferences.tsx';
import { SessionList } from './session-list.tsx';
import { TokenList } from './token-list.tsx';

const TerminalPreferences = lazyPart(() =>
  import('./terminal-preferences.tsx').then((module) => module.TerminalPreferences),
);

export function AccountPage() {
  const t = useTranslations('account');
  return (
    <Page title={t('title')}>
      <div className="grid items-start gap-4 max-md:gap-3 xl:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-4 max-md:gap-3">
          <Card title={t('preferences')}>
            <Preferences />
          </Card>
          <Card id="terminals" title={t('terminals')}>
            <TerminalPreferences />
          </Card>
          <Card title={t('password')}>
            <PasswordForm />
          </Card>
        </div>
        <div className="flex min-w-0 flex-col gap-4 max-md:gap-3">
          <Card title={t('sessions')} flush>
            <SessionList />
          </Card>
          <Card id="tokens" title={t('tokens')} flush>
            <TokenList />
          </Card>
        </div>
      </div>
    </Page>
  );
}
