'use client';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { type Failure, toFailure, useFailureText } from '../../_lib/errors.ts';
import { type Preferences, useTRPC } from '../../_lib/trpc.ts';
import { Button } from '../../_ui/button.tsx';
import { PasswordField, TextField } from '../../_ui/field.tsx';
import { Note } from '../../_ui/states.tsx';
import { measurePassword, passwordHint } from './password-strength.ts';

export interface SignedInUser {
  id: string;
  /** How the dashboard looks to them. */
  preferences: Preferences;
}

interface SignInFormProps {
  title: string;
  text: string;
  /** Who was signed in here before. */
  name?: string | undefined;
  onSignedIn: (user: SignedInUser) => void;
}

export function SignInForm({ title, text, name: before = '', onSignedIn }: SignInFormProps) {
  const t = useTranslations('auth');
  const trpc = useTRPC();
  const [typedName, setName] = useState<string>();
  const name = typedName ?? before;
  const [password, setPassword] = useState('');
  const [newPassword, setNewPassword] = useState('');
  const [wanted, setWanted] = useState(false);
  const [short, setShort] = useState(false);
  const signIn = useMutation(trpc.session.signIn.mutationOptions({ onSuccess: ({ user }) => onSignedIn(user) }));
  function submit(event: FormEvent) {
    event.preventDefault();
    setShort(replacing && measurePassword(newPassword).word === 'weak');
    if (replacing && measurePassword(newPassword).word === 'weak') return;
    signIn.mutate({ name, password, ...(replacing && { newPassword }) });
  }
  const failure = signIn.isError ? toFailure(signIn.error) : undefined;
  // Once it was asked for the field stays: a new password that will not do is judged by the server too.
  const replacing = wanted || failure?.reason === 'password_temporary';
  if (replacing && !wanted) setWanted(true);
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <div>
        <h1 className="font-semibold text-title">{title}</h1>
        <p className="mt-1 text-muted text-table">{text}</p>
      </div>
      {failure?.reason === 'password_temporary' ? (
        <Note tone="info" role="status">
          {t('temporaryText')}
        </Note>
      ) : (
        failure !== undefined && (
          <Note tone="danger" role="alert">
            <Refusal failure={failure} />
          </Note>
        )
      )}
      <TextField
        label={t('name')}
        value={name}
        onChange={(event) => setName(event.target.value)}
        autoComplete="username"
        autoCapitalize="none"
        autoFocus={before === ''}
        required
      />
      <PasswordField
        label={t('password')}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        autoComplete="current-password"
        autoFocus={before !== ''}
        required
      />
      {replacing && (
        <PasswordField
          label={t('newPassword')}
          hint={t(passwordHint(newPassword))}
          error={short ? t('weak') : undefined}
          value={newPassword}
          onChange={(event) => {
            setNewPassword(event.target.value);
            setShort(false);
          }}
          autoComplete="new-password"
          autoFocus
          required
          maxLength={256}
        />
      )}
      <Button type="submit" variant="primary" size="large" loading={signIn.isPending || signIn.isSuccess}>
        {t(replacing ? 'replaceAndSignIn' : 'signIn')}
      </Button>
    </form>
  );
}

/** One text for an unknown name and a wrong password, and what the next try costs. */
function Refusal({ failure }: { failure: Failure }) {
  const t = useTranslations('auth');
  const te = useTranslations('error');
  const failureText = useFailureText();
  const { triesLeft, retryAfterSeconds } = failure.params;
  if (failure.code !== 'unauthenticated') return failureText(failure);
  return (
    <>
      <p className="font-medium">{te('wrong_credentials')}</p>
      {typeof retryAfterSeconds === 'number' && (
        <p className="text-muted">{t('waitsNow', { count: retryAfterSeconds })}</p>
      )}
      {typeof triesLeft === 'number' && <p className="text-muted">{t('triesLeft', { count: triesLeft })}</p>}
    </>
  );
}
