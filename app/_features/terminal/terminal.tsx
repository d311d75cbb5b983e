'use client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../../_lib/trpc.ts';
import { ErrorNote, SkeletonRows } from '../../_ui/states.tsx';
import type { Opening } from './terminal-link.ts';
import { forgetTerminal, recallChoice, recallTerminal, rememberChoice } from './terminal-memory.ts';
import { TerminalSession } from './terminal-session.tsx';
import { type Program, TerminalStart } from './terminal-start.tsx';

interface Shown {
  opening: Opening;
  program: Program;
  /** Another number is another session, on an empty screen. */
  run: number;
}

/**
 * The terminal this tab had open before it was reloaded, else at once a new one: what was last chosen here, or the best
 * shell. Where there is none, and on request, a form asks what to run.
 */
export function Terminal({ containerId }: { containerId: string }) {
  const [shown, setShown] = useState<Shown | undefined>(() => recall(containerId));
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
    setShown((old) => ({ opening: program, program, run: (old?.run ?? 0) + 1 }));
  }
  const best = shells.data?.[0];
  const current = shown ?? (best === undefined ? undefined : toShown({ args: [best] }));
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
  return (
    <TerminalSession
      key={current.run}
      containerId={containerId}
      opening={current.opening}
      program={current.program}
      onRunAgain={() => open(current.program)}
      onAnother={() => {
        forgetTerminal(containerId);
        setShown(current);
        setChoosing(true);
      }}
    />
  );
}

function recall(containerId: string): Shown | undefined {
  const known = recallTerminal(containerId);
  if (known !== undefined) return { opening: { terminalId: known.terminalId }, program: known.program, run: 0 };
  const choice = recallChoice(containerId);
  return choice && toShown(choice);
}

function toShown(program: Program): Shown {
  return { opening: program, program, run: 0 };
}
