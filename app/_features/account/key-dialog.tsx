'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type ReactNode, useState } from 'react';
import { useTRPC } from '../../_lib/trpc.ts';
import { ConfirmDialog } from '../../_ui/dialog.tsx';
import { TextField } from '../../_ui/field.tsx';
import { FormDialog } from '../../_ui/form-dialog.tsx';
import { ErrorNote } from '../../_ui/states.tsx';
import { DEFAULT_DAYS, LifeField } from './life-field.tsx';
import { isProofProblem, useProof } from './use-proof.tsx';

interface Props<Made> {
  title: string;
  action: string;
  /** Above the server's reason when nothing was made. */
  failedTitle: string;
  madeTitle: (name: string) => string;
  intro?: ReactNode;
  /** Below name and life. */
  fields?: ReactNode;
  /** Something in `fields` is missing. */
  blocked?: boolean;
  make: (key: { name: string; days: number }) => Promise<Made>;
  /** What was made, and the box that says it is stored: before that the dialog does not close. */
  children: (made: Made, store: { stored: boolean; onStored: (stored: boolean) => void }) => ReactNode;
  onClose: () => void;
}

/** Asks for the name and the life of a key, and for the password where that is due; then shows the key, once. */
export function KeyDialog<Made>({ children, onClose, ...props }: Props<Made>) {
  const t = useTranslations('tokens');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const proof = useProof();
  const [name, setName] = useState('');
  const [days, setDays] = useState(DEFAULT_DAYS);
  const [stored, setStored] = useState(false);
  const make = useMutation({
    async mutationFn() {
      await proof.prove();
      return props.make({ name, days });
    },
    onSettled: () => queries.invalidateQueries(trpc.tokens.pathFilter()),
  });
  if (make.data !== undefined) {
    return (
      <ConfirmDialog
        open
        onOpenChange={(open) => !open && stored && onClose()}
        title={props.madeTitle(name)}
        action={t('done')}
        blocked={!stored}
        onAction={onClose}
        only
      >
        {children(make.data, { stored, onStored: setStored })}
      </ConfirmDialog>
    );
  }
  return (
    <FormDialog
      title={props.title}
      action={props.action}
      busy={make.isPending}
      blocked={name.trim() === '' || props.blocked === true || !proof.ready}
      onSubmit={() => make.mutate(undefined, { onError: proof.refused })}
      onClose={onClose}
    >
      {make.isError && !isProofProblem(make.error) && <ErrorNote error={make.error} title={props.failedTitle} />}
      {props.intro}
      <TextField
        label={t('name')}
        hint={t('nameHint')}
        value={name}
        onChange={(event) => setName(event.target.value)}
        maxLength={64}
        autoComplete="off"
      />
      <LifeField days={days} onChange={setDays} />
      {props.fields}
      {proof.field}
    </FormDialog>
  );
}
