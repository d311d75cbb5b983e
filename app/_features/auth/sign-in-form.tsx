'use client';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { toFailure, useFailureText } from '../../_lib/errors.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { Button } from '../../_ui/button.tsx';
import { PasswordField, TextField } from '../../_ui/field.tsx';
import { Note } from '../../_ui/states.tsx';

interface SignInFormProps {
  title: string;
  text: string;
  /** Who was signed in here before. */
  name?: string | undefined;
  onSignedIn: (userId: string) => void;
}

export function SignInForm({ title, text, name: before = '', onSignedIn }: SignInFormProps) {
  const t = useTranslations('auth');
  const trpc = useTRPC();
  const failureText = useFailureText();
  const [name, setName] = useState(before);
  const [password, setPassword] = useState('');
  const signIn = useMutation(trpc.session.signIn.mutationOptions({ onSuccess: ({ user }) => onSignedIn(user.id) }));
  function submit(event: FormEvent) {
    event.preventDefault();
    signIn.mutate({ name, password });
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <div>
        <h1 className="font-semibold text-title">{title}</h1>
        <p className="mt-1 text-muted text-table">{text}</p>
      </div>
      {signIn.isError && (
        <Note tone="danger" role="alert">
          {signInText(signIn.error)}
        </Note>
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
      <Button type="submit" variant="primary" size="large" loading={signIn.isPending || signIn.isSuccess}>
        {t('signIn')}
      </Button>
    </form>
  );

  function signInText(error: unknown): string {
    const failure = toFailure(error);
    if (failure.code !== 'unauthenticated') return failureText(failure);
    // One text for an unknown name and a wrong password, whatever the server calls it.
    const reason = 'retryAfterSeconds' in failure.params ? 'wrong_credentials_wait' : 'wrong_credentials';
    return failureText({ ...failure, reason });
  }
}
