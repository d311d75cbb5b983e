'use client';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '../../_lib/trpc.ts';
import { ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import type { Opening } from './terminal-link.ts';
import { forgetTerminal, newKey, recallChoice, recallTerminal, rememberChoice } from './terminal-memory.ts';
import { TerminalSession } from './terminal-session.tsx';
import { type Program, TerminalStart } from './terminal-start.tsx';

interface Shown {
  opening: Opening;
  program: Program;
  key: string;
  /** Another number is another session, on an empty screen. */
  run: number;
}

/**
 * The terminal that the address names, or this tab had open before it was reloaded, else at once a new one: what was last
 * chosen here, or the best shell. Where there is none, and on request, a form asks what to run.
 */
export function Terminal({ containerId }: { containerId: string }) {
  const inAddress = useSearchParams().get('session') ?? undefined;
  const [firstKey] = useState(newKey);
  const [shown, setShown] = useState<Shown | undefined>(() => recall(containerId, inAddress));
  const [choosing, setChoosing] = useState(false);
  const shells = useQuery(
    useTRPC().containers.shells.queryOptions(
      { containerId },
      { enabled: shown === undefined || choosing, staleTime: Number.POSITIVE_INFINITY },
    ),
  );
  function open(program: Program) {
    forgetTerminal(containerId);
    setChoosing(false);
    setShown((old) => ({ ...toShown(program, newKey()), run: (old?.run ?? 0) + 1 }));
  }
  const own = useQuery(
    useTRPC().terminals.list.queryOptions({}, { enabled: shown !== undefined && shown.program.args.length === 0 }),
  );
  const best = shells.data?.[0];
  const current = shown ?? (best === undefined ? undefined : toShown({ args: [best] }, firstKey));
  // What is open stays, whatever a later reading of the shells says.
  if (shown === undefined && current !== undefined) setShown(current);
  if (current === undefined || choosing) {
    if (shells.isPending) return <SkeletonRows rows={2} />;
    if (shells.data === undefined) return <ErrorNote error={shells.error} onRetry={() => void shells.refetch()} />;
    return (
      <TerminalStart
        shells={shells.data}
        onOpen={(program) => {
          rememberChoice(containerId, program);
          open(program);
        }}
      />
    );
  }
  // One that another tab opened: what runs in it is known to the server.
  const asked = 'terminalId' in current.opening ? current.opening.terminalId : undefined;
  const listed = own.data?.find(({ id }) => id === asked);
  if (current.program.args.length === 0 && own.isPending) return <SkeletonRows rows={2} />;
  const program =
    listed === undefined
      ? current.program
      : {
          args: listed.args,
          ...(listed.user !== undefined && { user: listed.user }),
          ...(listed.workdir !== undefined && { workdir: listed.workdir }),
        };
  return (
    <TerminalSession
      key={current.run}
      place={{ containerId }}
      opening={current.opening}
      program={program}
      sessionKey={current.key}
      onRunAgain={() => (program.args.length === 0 ? setChoosing(true) : open(program))}
      onAnother={() => {
        forgetTerminal(containerId);
        setChoosing(true);
      }}
    />
  );
}

function recall(containerId: string, asked: string | undefined): Shown | undefined {
  const known = recallTerminal(containerId);
  if (asked !== undefined && asked !== known?.terminalId) {
    const program = { args: [] };
    return { opening: { terminalId: asked }, program, key: newKey(), run: 0 };
  }
  if (known !== undefined) {
    const { terminalId, program, key } = known;
    return terminalId === undefined ? toShown(program, key) : { opening: { terminalId }, program, key, run: 0 };
  }
  const choice = recallChoice(containerId);
  return choice && toShown(choice, newKey());
}

function toShown(program: Program, key: string): Shown {
  return { opening: { ...program, key }, program, key, run: 0 };
}
