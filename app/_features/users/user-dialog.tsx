'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { type UserSummary, useTRPC } from '../../_lib/trpc.ts';
import { FormDialog } from '../../_ui/form-dialog.tsx';
import { ErrorNote } from '../../_ui/states.tsx';
import { toast } from '../../_ui/toast.ts';
import { isProofProblem, useProof } from '../account/use-proof.tsx';
import { PasswordDialog } from './password-dialog.tsx';
import { RoleField } from './role-field.tsx';
import type { UserVerb } from './user-actions.tsx';
import { UserSessions } from './user-sessions.tsx';

/** Says what it means for the one it is done to, names the sessions that end, and asks for the password where that is due. */
export function UserDialog({ user, verb, onClose }: { user: UserSummary; verb: UserVerb; onClose: () => void }) {
  const t = useTranslations('users');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const proof = useProof();
  const { name } = user;
  const [role, setRole] = useState(user.role);
  const changeRole = useMutation(trpc.users.changeRole.mutationOptions());
  const setDisabled = useMutation(trpc.users.setDisabled.mutationOptions());
  const resetPassword = useMutation(trpc.users.resetPassword.mutationOptions());
  const endSessions = useMutation(trpc.users.endSessions.mutationOptions());
  const grave = verb !== 'sessions';
  const ends = verb !== 'enable';
  const sessions = useQuery(trpc.users.sessions.queryOptions({ userName: name }, { enabled: ends }));
  const work = useMutation({
    async mutationFn() {
      if (grave) await proof.prove();
      switch (verb) {
        case 'role':
          await changeRole.mutateAsync({ userName: name, role });
          return undefined;
        case 'sessions':
          await endSessions.mutateAsync({ userName: name });
          return undefined;
        case 'password':
          return (await resetPassword.mutateAsync({ userName: name })).password;
        case 'disable':
        case 'enable':
          await setDisabled.mutateAsync({ userName: name, disabled: verb === 'disable' });
          return undefined;
      }
    },
    onSuccess(password) {
      if (password !== undefined) return;
      toast.success(t(`told.${verb}`, { name }));
      onClose();
    },
    onError: proof.refused,
    onSettled: () => queries.invalidateQueries(trpc.users.pathFilter()),
  });
  if (work.data !== undefined) {
    return (
      <PasswordDialog
        title={t('resetDoneTitle', { name })}
        text={t('resetDoneText', { name })}
        password={work.data}
        onClose={onClose}
      />
    );
  }
  const count = sessions.data?.length ?? user.sessions;
  return (
    <FormDialog
      title={t(`titles.${verb}`, { name, count })}
      action={t(`verbs.${verb}`, { count })}
      busy={work.isPending}
      blocked={
        (verb === 'role' && role === user.role) || (verb === 'sessions' && count === 0) || (grave && !proof.ready)
      }
      onSubmit={() => work.mutate()}
      onClose={onClose}
      danger={verb === 'disable' || verb === 'sessions'}
    >
      {work.isError && !isProofProblem(work.error) && (
        <ErrorNote error={work.error} title={t('notChanged', { name })} />
      )}
      {verb === 'role' && <RoleField value={role} onChange={setRole} />}
      <p className="text-muted">{t(`texts.${verb}`, { name })}</p>
      {ends && <UserSessions sessions={sessions.data} />}
      {grave && proof.field}
    </FormDialog>
  );
}
