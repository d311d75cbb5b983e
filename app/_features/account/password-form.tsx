'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { toFailure, useFailureText } from '../../_lib/errors.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { Button } from '../../_ui/button.tsx';
import { PasswordField } from '../../_ui/field.tsx';
import { ErrorNote } from '../../_ui/states.tsx';
import { toast } from '../../_ui/toast.ts';
import { measurePassword, passwordHint } from '../auth/password-strength.ts';

/** The new password ends all other sessions; the form says so before. */
export function PasswordForm() {
  const t = useTranslations('account');
  const te = useTranslations('error');
  const ta = useTranslations('auth');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const failureText = useFailureText();
  const [currentPassword, setCurrent] = useState('');
  const [newPassword, setNew] = useState('');
  const [problem, setProblem] = useState<string>();
  const change = useMutation(
    trpc.session.changePassword.mutationOptions({
      onSuccess: () => {
        setCurrent('');
        setNew('');
        toast.success(t('changed'));
      },
      onSettled: () => queries.invalidateQueries(trpc.session.listSessions.pathFilter()),
    }),
  );
  const failure = change.isError ? toFailure(change.error) : undefined;
  const wrong = failure?.reason === 'password_wrong';
  const { word } = measurePassword(newPassword);

  function submit(event: FormEvent) {
    event.preventDefault();
    setProblem(undefined);
    if (word === 'weak') return setProblem(te('password_length'));
    if (newPassword === currentPassword) return setProblem(te('password_same'));
    change.mutate({ currentPassword, newPassword });
  }

  return (
    <form onSubmit={submit} className="flex max-w-sm flex-col gap-3">
      {failure !== undefined && !wrong && <ErrorNote error={change.error} title={t('notChanged')} />}
      <PasswordField
        label={t('current')}
        value={currentPassword}
        onChange={(event) => setCurrent(event.target.value)}
        autoComplete="current-password"
        error={wrong ? failureText(failure) : undefined}
        required
        maxLength={256}
      />
      <PasswordField
        label={t('new')}
        value={newPassword}
        onChange={(event) => setNew(event.target.value)}
        autoComplete="new-password"
        hint={ta(passwordHint(newPassword))}
        error={problem}
        required
        maxLength={256}
      />
      <p className="text-caption text-muted">{t('passwordText')}</p>
      <Button writes type="submit" variant="primary" className="self-start" loading={change.isPending}>
        {t('change')}
      </Button>
    </form>
  );
}
