'use client';
import { RotateCw, SquareTerminal } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import { getSocket } from '../../_lib/socket.ts';
import { Button } from '../../_ui/button.tsx';
import { Icon } from '../../_ui/icon.tsx';
import { ErrorNote, Note } from '../../_ui/states.tsx';
import { KeyBar } from './key-bar.tsx';
import { keySequence, withCtrl } from './keys.ts';
import { type Opening, openLink, type Phase, type TerminalLink } from './terminal-link.ts';
import { forgetTerminal, rememberTerminal } from './terminal-memory.ts';
import { createScreen, type Screen } from './terminal-screen.ts';
import type { Program } from './terminal-start.tsx';

interface SessionProps {
  containerId: string;
  opening: Opening;
  program: Program;
  onRunAgain: () => void;
  onLeave: () => void;
}

/** One program on one screen, from opening to its exit. Mount it anew for another. */
export function TerminalSession({ containerId, opening, program, onRunAgain, onLeave }: SessionProps) {
  const t = useTranslations('terminal');
  const box = useRef<HTMLDivElement>(null);
  const [phase, setPhase] = useState<Phase>({ kind: 'connecting' });
  const [ctrl, setCtrl] = useState(false);
  const ctrlHeld = useRef(false);
  const live = useRef<{ screen: Screen; link: TerminalLink }>(undefined);
  const label = t('label', { command: program.args.join(' ') });
  // The session belongs to its mount: later renders bring the same values in new objects.
  const first = useRef({ containerId, opening, program, label });

  function holdCtrl(held: boolean) {
    ctrlHeld.current = held;
    setCtrl(held);
  }

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const given = first.current;
    let left = false;
    async function show(into: HTMLElement) {
      const screen = await createScreen(into, given.label);
      if (left) return screen.close();
      const { terminal } = screen;
      // What this mount opened is attached to, should the effect run again.
      const link = openLink({
        socket: getSocket('/terminal'),
        containerId: given.containerId,
        opening: given.opening,
        screen: {
          write: (bytes, done) => terminal.write(bytes, done),
          clear: () => terminal.write('\u001bc'),
          size: () => ({ rows: terminal.rows, columns: terminal.cols }),
        },
        onPhase: (next) => {
          setPhase(next);
          if (next.kind === 'live') terminal.focus();
          if (next.kind === 'ended') forgetTerminal(given.containerId);
          terminal.options.disableStdin = next.kind !== 'live';
        },
        onOpened: (terminalId) => {
          given.opening = { terminalId };
          rememberTerminal(given.containerId, { terminalId, program: given.program });
        },
      });
      live.current = { screen, link };
      const encoder = new TextEncoder();
      terminal.onData((text) => {
        link.input(encoder.encode(ctrlHeld.current ? withCtrl(text) : text));
        ctrlHeld.current = false;
        setCtrl(false);
      });
      terminal.onBinary((text) => link.input(Uint8Array.from(text, (char) => char.charCodeAt(0))));
      terminal.onResize(() => link.resize());
    }
    show(element).catch((error: unknown) => setPhase({ kind: 'failed', error }));
    return () => {
      left = true;
      live.current?.link.close();
      live.current?.screen.close();
      live.current = undefined;
    };
  }, []);

  const over = phase.kind === 'ended' || phase.kind === 'failed';
  return (
    <>
      <div className="mb-2 flex min-h-8 items-center gap-2 text-table">
        <Icon icon={SquareTerminal} className="text-faint" />
        <span className="truncate font-mono text-mono">{program.args.join(' ')}</span>
        {program.user !== undefined && <span className="text-muted">{t('asUser', { user: program.user })}</span>}
        <span role="status" className="text-caption text-muted">
          {t(`phase_${phase.kind}`)}
        </span>
        <span className="flex-1" />
        <span className="text-caption text-faint max-md:hidden">{t('leaveKey')}</span>
        {!over && (
          <Button size="compact" disabled={phase.kind !== 'live'} onClick={() => live.current?.link.end()}>
            {t('end')}
          </Button>
        )}
      </div>
      {phase.kind === 'failed' && (
        <div className="mb-2">
          <ErrorNote error={phase.error} title={t('failed')} />
        </div>
      )}
      {phase.kind === 'ended' && (
        <div className="mb-2">
          <Note tone="info" role="status">
            {phase.exitCode === undefined ? t('ended') : t('endedWith', { code: phase.exitCode })}
          </Note>
        </div>
      )}
      {over && (
        <div className="mb-2 flex gap-2">
          <Button variant="primary" size="compact" icon={RotateCw} onClick={onRunAgain}>
            {t('runAgain')}
          </Button>
          <Button size="compact" onClick={onLeave}>
            {t('another')}
          </Button>
        </div>
      )}
      <div
        data-own-keys
        className="h-[calc(100dvh-310px)] min-h-72 overflow-hidden rounded-card border border-line bg-sunken p-2 focus-within:border-focus"
      >
        <div ref={box} className="h-full" />
      </div>
      <KeyBar
        ctrl={ctrl}
        onCtrl={() => holdCtrl(!ctrl)}
        onKey={(key) => {
          const terminal = live.current?.screen.terminal;
          terminal?.input(keySequence(key, terminal.modes.applicationCursorKeysMode));
        }}
      />
    </>
  );
}
