'use client';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { type OwnToken, useTRPC } from '../../_lib/trpc.ts';
import { CopyField } from '../../_ui/copy-field.tsx';
import { CheckField } from '../../_ui/field.tsx';
import { SecretOnce } from '../../_ui/secret-once.tsx';
import { KeyDialog } from './key-dialog.tsx';

type Scope = OwnToken['scopes'][number];

/** Name, life and scopes; then the token, shown once, with the line that the docker CLI wants. */
export function TokenDialog({ scopes, onClose }: { scopes: readonly Scope[]; onClose: () => void }) {
  const t = useTranslations('tokens');
  const trpc = useTRPC();
  const [chosen, setChosen] = useState<readonly Scope[]>(scopes.filter((scope) => scope !== 'admin'));
  const create = useMutation(trpc.tokens.create.mutationOptions());
  return (
    <KeyDialog
      title={t('createTitle')}
      action={t('create')}
      failedTitle={t('notCreated')}
      madeTitle={(name) => t('madeTitle', { name })}
      blocked={chosen.length === 0}
      make={(key) => create.mutateAsync({ ...key, scopes: [...chosen] })}
      onClose={onClose}
      fields={
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
      }
    >
      {({ token }, store) => (
        <>
          <SecretOnce secret={token} text={t('madeText')} {...store} />
          <p className="mt-3 mb-1.5 text-caption text-muted">{t('configText')}</p>
          <CopyField text={JSON.stringify({ HttpHeaders: { Authorization: `Bearer ${token}` } })} />
        </>
      )}
    </KeyDialog>
  );
}
