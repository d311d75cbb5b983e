'use client';
import { useMutation } from '@tanstack/react-query';
import { SquareTerminal } from 'lucide';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { Button } from '../../_ui/button.tsx';
import { Card } from '../../_ui/card.tsx';
import { ErrorNote, Note } from '../../_ui/states.tsx';
import { isProofProblem, useProof } from '../account/use-proof.tsx';
import type { Opening } from './terminal-link.ts';
import { forgetTerminal, newKey, recallTerminal } from './terminal-memory.ts';
import { HOST, TerminalSession } from './terminal-session.tsx';

interface Shown {
  opening: Opening;
  key: string;
  run: number;
}

/** The shell this tab had open before it was reloaded, else a card that says what one is about to do. */
export function HostTerminal({ hostname, user }: { hostname: string; user: string }) {
  const t = useTranslations('hostTerminal');
  const [shown, setShown] = useState(recall);
  if (shown === undefined) {
    return (
      <Start
        hostname={hostname}
        user={user}
        onOpen={() => {
          const key = newKey();
          forgetTerminal(HOST);
          setShown({ opening: { key }, key, run: Date.now() });
        }}
      />
    );
  }
  const again = () => {
    forgetTerminal(HOST);
    setShown(undefined);
  };
  return (
    <TerminalSession
      key={shown.run}
      place={{ host: hostname }}
      opening={shown.opening}
      program={{ args: [t('loginShell')] }}
      sessionKey={shown.key}
      onRunAgain={again}
      onAnother={again}
    />
  );
}

function Start({ hostname, user, onOpen }: { hostname: string; user: string; onOpen: () => void }) {
  const t = useTranslations('hostTerminal');
  const tt = useTranslations('terminal');
  const proof = useProof();
  const open = useMutation({ mutationFn: proof.prove, onSuccess: onOpen });
  function submit(event: FormEvent) {
    event.preventDefault();
    if (proof.ready && !open.isPending) open.mutate();
  }
  return (
    <Card className="max-w-[560px] border-2 border-danger!">
      <form className="flex flex-col gap-4" onSubmit={submit}>
        <Note tone="danger">{t('warning', { name: hostname, user })}</Note>
        <p className="text-muted text-table">{t('terms')}</p>
        {open.isError && !isProofProblem(open.error) && <ErrorNote error={open.error} />}
        {proof.field}
        <div>
          <Button
            type="submit"
            writes
            variant="danger-fill"
            icon={SquareTerminal}
            loading={open.isPending}
            disabled={!proof.ready}
          >
            {tt('open')}
          </Button>
        </div>
      </form>
    </Card>
  );
}

function recall(): Shown | undefined {
  const known = recallTerminal(HOST);
  if (known === undefined) return undefined;
  const { terminalId, key } = known;
  return { opening: terminalId === undefined ? { key } : { terminalId }, key, run: 0 };
}
