'use client';
import { useTranslations } from 'next-intl';
import { AuthFrame } from './auth-frame.tsx';
import { safeReturnPath } from './return-path.ts';
import { SignInForm } from './sign-in-form.tsx';

export function SignInPage({ returnTo }: { returnTo: string | undefined }) {
  const t = useTranslations('auth');
  return (
    <AuthFrame>
      <SignInForm
        title={t('signIn')}
        text={t('signInText')}
        // A full load: the page, its sockets and its cache begin with the new session.
        onSignedIn={() => window.location.assign(safeReturnPath(returnTo))}
      />
    </AuthFrame>
  );
}
