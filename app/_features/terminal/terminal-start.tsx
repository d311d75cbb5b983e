'use client';
import { useQuery } from '@tanstack/react-query';
import { SquareTerminal } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPC } from '../../_lib/trpc.ts';
import { Button } from '../../_ui/button.tsx';
import { SelectField, TextField } from '../../_ui/field.tsx';
import { Empty, ErrorNote, SkeletonRows } from '../../_ui/states.tsx';

/** What runs in a terminal, and as whom; without a user it is the container's own. */
export interface Program {
  args: string[];
  user?: string;
}

/** Opening starts a process in the container, so it waits for a press. */
export function TerminalStart({ containerId, onOpen }: { containerId: string; onOpen: (program: Program) => void }) {
  const t = useTranslations('terminal');
  const trpc = useTRPC();
  const { data, isPending, error, refetch } = useQuery(trpc.containers.shells.queryOptions({ containerId }));
  const [choice, setChoice] = useState<string>();
  const [user, setUser] = useState('');
  if (isPending) return <SkeletonRows rows={2} />;
  if (data === undefined) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  const shell = choice ?? data[0];
  if (shell === undefined) return <Empty icon={SquareTerminal} title={t('noShellTitle')} text={t('noShellText')} />;
  return (
    <form
      className="flex max-w-[400px] flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        const name = user.trim();
        onOpen({ args: [shell], ...(name !== '' && { user: name }) });
      }}
    >
      <SelectField
        label={t('shell')}
        value={shell}
        options={data.map((path) => ({ value: path, label: path }))}
        onChange={(event) => setChoice(event.target.value)}
      />
      <TextField
        label={t('user')}
        hint={t('userHint')}
        mono
        value={user}
        maxLength={256}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        onChange={(event) => setUser(event.target.value)}
      />
      <div>
        <Button type="submit" variant="primary" icon={SquareTerminal}>
          {t('open')}
        </Button>
      </div>
    </form>
  );
}
