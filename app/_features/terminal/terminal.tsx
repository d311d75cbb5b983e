'use client';
import { useState } from 'react';
import type { Opening } from './terminal-link.ts';
import { forgetTerminal, recallTerminal } from './terminal-memory.ts';
import { TerminalSession } from './terminal-session.tsx';
import { type Program, TerminalStart } from './terminal-start.tsx';

interface Shown {
  opening: Opening;
  program: Program;
  /** Another number is another session, on an empty screen. */
  run: number;
}

/** A new terminal to choose, or the one this tab had open before it was reloaded. */
export function Terminal({ containerId }: { containerId: string }) {
  const [shown, setShown] = useState<Shown | undefined>(() => {
    const known = recallTerminal(containerId);
    return known && { opening: { terminalId: known.terminalId }, program: known.program, run: 0 };
  });
  function open(program: Program) {
    forgetTerminal(containerId);
    setShown((old) => ({ opening: program, program, run: (old?.run ?? 0) + 1 }));
  }
  if (shown === undefined) return <TerminalStart containerId={containerId} onOpen={open} />;
  return (
    <TerminalSession
      key={shown.run}
      containerId={containerId}
      opening={shown.opening}
      program={shown.program}
      onRunAgain={() => open(shown.program)}
      onLeave={() => {
        forgetTerminal(containerId);
        setShown(undefined);
      }}
    />
  );
}
