import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type ReactNode, useState } from 'react';
import { toFailure, useFailureText } from '../../_lib/errors.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { PasswordField } from '../../_ui/field.tsx';
import { useSessionLimits } from '../shell/use-me.ts';

/** Shorter than what the server grants: time to read the dialog. */
const EARLY_MS = 60_000;

interface Proof {
  /** The password once more; null while what was given lately still counts. */
  field: ReactNode;
  /** Nothing stands in the way but a press. */
  ready: boolean;
  /** Gives the password to the server, where it is asked for; to be awaited before the work. */
  prove: () => Promise<void>;
  /** Takes note of a refusal of the work itself, which may have been for want of the password. */
  refused: (error: unknown) => void;
}

/** Said at the field for the password, and nowhere else. */
export function isProofProblem(error: unknown): boolean {
  const { reason } = toFailure(error);
  return reason === 'proof_needed' || reason === 'password_wrong';
}

/** For dialogs that do something grave: the server takes it only from who gave the password in the last ten minutes. */
export function useProof(): Proof {
  const t = useTranslations('account');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const failureText = useFailureText();
  const provedUntil = useSessionLimits()?.provedUntil;
  const [opened] = useState(() => Date.now());
  const [asked, setAsked] = useState(false);
  const [password, setPassword] = useState('');
  const { mutateAsync, error } = useMutation(trpc.session.prove.mutationOptions());
  const needed = asked || (provedUntil !== undefined && provedUntil.getTime() < opened + EARLY_MS);
  return {
    field: needed ? (
      <PasswordField
        label={t('proof')}
        hint={t('proofHint')}
        error={error === null ? undefined : failureText(toFailure(error))}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        autoComplete="current-password"
        maxLength={256}
      />
    ) : null,
    ready: !needed || password !== '',
    async prove() {
      if (!needed) return;
      await mutateAsync({ password });
      setPassword('');
      setAsked(false);
      await queries.invalidateQueries(trpc.session.me.pathFilter());
    },
    refused(refusal) {
      if (toFailure(refusal).reason === 'proof_needed') setAsked(true);
    },
  };
}
