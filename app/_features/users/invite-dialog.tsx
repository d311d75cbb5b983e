'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { toFailure, useFailureText } from '../../_lib/errors.ts';
import { type UserSummary, useTRPC } from '../../_lib/trpc.ts';
import { TextField } from '../../_ui/field.tsx';
import { FormDialog } from '../../_ui/form-dialog.tsx';
import { ErrorNote } from '../../_ui/states.tsx';
import { isProofProblem, useProof } from '../account/use-proof.tsx';
import { PasswordDialog } from './password-dialog.tsx';
import { RoleField } from './role-field.tsx';

const NAME = /^[\p{L}\p{N}](?:[\p{L}\p{N}._@-]{0,62}[\p{L}\p{N}])?$/u;

/** Name and role; then the password for the first sign-in, shown once. */
export function InviteDialog({ users, onClose }: { users: readonly UserSummary[]; onClose: () => void }) {
  const t = useTranslations('users');
  const te = useTranslations('error');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const failureText = useFailureText();
  const proof = useProof();
  const [name, setName] = useState('');
  const [role, setRole] = useState<UserSummary['role']>('developer');
  const create = useMutation(trpc.users.create.mutationOptions());
  const make = useMutation({
    async mutationFn() {
      await proof.prove();
      return create.mutateAsync({ newUserName: name, role });
    },
    onSettled: () => queries.invalidateQueries(trpc.users.pathFilter()),
  });
  if (make.data !== undefined) {
    const { name: made, password } = make.data;
    return (
      <PasswordDialog
        title={t('madeTitle', { name: made })}
        text={t('madeText', { name: made })}
        password={password}
        onClose={onClose}
      />
    );
  }
  const failure = make.isError && !isProofProblem(make.error) ? toFailure(make.error) : undefined;
  const ofName = failure?.reason === 'user_name_taken' || failure?.reason === 'user_name_invalid';
  const taken = users.some(
    (user) => user.name.normalize('NFKC').toLowerCase() === name.normalize('NFKC').toLowerCase(),
  );
  const bad = name !== '' && !NAME.test(name);
  const blocked = name === '' || taken || bad || !proof.ready;
  const submit = () => make.mutate(undefined, { onError: proof.refused });
  const problem = taken ? te('user_name_taken', { name }) : bad ? te('user_name_invalid') : undefined;
  return (
    <FormDialog
      title={t('inviteTitle')}
      action={t('inviteAction')}
      busy={make.isPending}
      blocked={blocked}
      onSubmit={submit}
      onClose={onClose}
    >
      {failure !== undefined && !ofName && <ErrorNote error={make.error} title={t('inviteFailed')} />}
      <TextField
        label={t('name')}
        hint={t('nameHint')}
        error={problem ?? (ofName ? failureText(failure) : undefined)}
        value={name}
        onChange={(event) => setName(event.target.value.trim())}
        maxLength={64}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
      />
      <RoleField value={role} onChange={setRole} />
      {proof.field}
    </FormDialog>
  );
}
