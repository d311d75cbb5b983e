'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { type OwnToken, useTRPC } from '../../_lib/trpc.ts';
import { CopyField } from '../../_ui/copy-field.tsx';
import { ConfirmDialog } from '../../_ui/dialog.tsx';
import { CheckField, TextField } from '../../_ui/field.tsx';
import { FormDialog } from '../../_ui/form-dialog.tsx';
import { SecretOnce } from '../../_ui/secret-once.tsx';
import { ErrorNote } from '../../_ui/states.tsx';
import { DEFAULT_DAYS, LifeField } from './life-field.tsx';
import { isProofProblem, useProof } from './use-proof.tsx';

type Scope = OwnToken['scopes'][number];

/** Name, life and scopes; then the token, shown once, with the line that the docker CLI wants. */
export function TokenDialog({ scopes, onClose }: { scopes: readonly Scope[]; onClose: () => void }) {
  const t = useTranslations('tokens');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const proof = useProof();
  const [name, setName] = useState('');
  const [days, setDays] = useState(DEFAULT_DAYS);
  const [chosen, setChosen] = useState<readonly Scope[]>(scopes.filter((scope) => scope !== 'admin'));
  const [stored, setStored] = useState(false);
  const create = useMutation(trpc.tokens.create.mutationOptions());
  const make = useMutation({
    async mutationFn() {
      await proof.prove();
      return create.mutateAsync({ name, days, scopes: [...chosen] });
    },
    onSettled: () => queries.invalidateQueries(trpc.tokens.pathFilter()),
  });
  if (make.data !== undefined) {
    const { token } = make.data;
    return (
      <ConfirmDialog
        open
        onOpenChange={(open) => !open && stored && onClose()}
        title={t('madeTitle', { name })}
        action={t('done')}
        blocked={!stored}
        onAction={onClose}
        only
      >
        <SecretOnce secret={token} text={t('madeText')} stored={stored} onStored={setStored} />
        <p className="mt-3 mb-1.5 text-caption text-muted">{t('configText')}</p>
        <CopyField text={JSON.stringify({ HttpHeaders: { Authorization: `Bearer ${token}` } })} />
      </ConfirmDialog>
    );
  }
  const blocked = name.trim() === '' || chosen.length === 0 || !proof.ready;
  const submit = () => make.mutate(undefined, { onError: proof.refused });
  return (
    <FormDialog
      title={t('createTitle')}
      action={t('create')}
      busy={make.isPending}
      blocked={blocked}
      onSubmit={submit}
      onClose={onClose}
    >
      {make.isError && !isProofProblem(make.error) && <ErrorNote error={make.error} title={t('notCreated')} />}
      <TextField
        label={t('name')}
        hint={t('nameHint')}
        value={name}
        onChange={(event) => setName(event.target.value)}
        maxLength={64}
        autoComplete="off"
      />
      <LifeField days={days} onChange={setDays} />
      <fieldset>
        <legend className="font-medium">{t('scopes')}</legend>
        <p className="mt-0.5 text-caption text-muted">{t('scopesHint')}</p>
        <div className="mt-1 grid grid-cols-2 gap-x-3 max-md:grid-cols-1">
          {scopes.map((scope) => (
            <CheckField
              key={scope}
              label={scope}
              checked={chosen.includes(scope)}
              onChange={({ target }) =>
                setChosen(target.checked ? [...chosen, scope] : chosen.filter((other) => other !== scope))
              }
            />
          ))}
        </div>
      </fieldset>
      {proof.field}
    </FormDialog>
  );
}
