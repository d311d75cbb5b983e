'use client';
import { Maximize2, Minimize2, Plus, RotateCw, Settings, SquareTerminal, X } from 'lucide';
import { useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import { cx } from '../../_lib/cx.ts';
import { useTerminalChoices } from '../../_lib/preferences.ts';
import { getSocket } from '../../_lib/socket.ts';
import { Button, LinkButton } from '../../_ui/button.tsx';
import { Icon } from '../../_ui/icon.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { ErrorNote, Note } from '../../_ui/states.tsx';
import { KeyBar } from './key-bar.tsx';
import { keySequence, type Modifier, withModifier } from './keys.ts';
import { SecondsSince } from './seconds-since.tsx';
import { LinkDialog, PasteDialog } from './terminal-dialogs.tsx';
import { type Opening, openLink, type Phase, type Place, type TerminalLink } from './terminal-link.ts';
import { forgetTerminal, rememberTerminal } from './terminal-memory.ts';
import { createScreen, type Screen } from './terminal-screen.ts';
import type { Program } from './terminal-start.tsx';

interface SessionProps {
  place: Place;
  opening: Opening;
  program: Program;
  sessionKey: string;
  onRunAgain: () => void;
  onAnother: () => void;
}

/** The name under which this tab remembers its shell of the host. */
export const HOST = 'host';

const DOTS: Record<Phase['kind'], string> = {
  connecting: 'bg-faint',
  live: 'bg-success',
  lost: 'bg-warning',
  ended: 'bg-faint',
  failed: 'bg-danger',
};

/** One program on one screen, from opening to its exit. Mount it anew for another. */
export function TerminalSession({ place, opening, program, sessionKey, onRunAgain, onAnother }: SessionProps) {
  const t = useTranslations('terminal');
  const box = useRef<HTMLDivElement>(null);
  const toolbar = useRef<HTMLDivElement>(null);
  const [phase, setPhase] = useState<Phase>({ kind: 'connecting' });
  const [size, setSize] = useState<{ rows: number; columns: number }>();
  const [held, setHeld] = useState<Modifier>();
  const [full, setFull] = useState(false);
  const [link, setLink] = useState<string>();
  const [paste, setPaste] = useState<string>();
  const [screen, setScreen] = useState<Screen>();
  const heldNow = useRef<Modifier>(undefined);
  const live = useRef<{ screen: Screen; link: TerminalLink }>(undefined);
  const command = program.args.join(' ');
  const label = t('label', { command });
  const choices = useTerminalChoices();
  const inputLabel = t('inputLabel', { command, key: choices.leaveKey });
  // The session belongs to its mount: later renders bring the same values in new objects.
  const name = 'host' in place ? HOST : place.containerId;
  const first = useRef({ place, name, opening, program, sessionKey });

  function hold(modifier: Modifier | undefined) {
    heldNow.current = modifier;
    setHeld(modifier);
  }

  useEffect(() => {
    screen?.follow(choices);
    screen?.terminal.textarea?.setAttribute('aria-label', inputLabel);
  }, [screen, choices, inputLabel]);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const given = first.current;
    let left = false;
    async function show(into: HTMLElement) {
      const screen = await createScreen({
        box: into,
        onLink: setLink,
        onLongPaste: setPaste,
        onLeave: () => toolbar.current?.querySelector('button')?.focus(),
      });
      if (left) return screen.close();
      const { terminal } = screen;
      const measure = () => ({ rows: terminal.rows, columns: terminal.cols });
      setSize(measure());
      // Before it is asked for: a page that is left while the answer is on its way finds it again by its key.
      const { sessionKey: key, program: mine } = given;
      if (!('terminalId' in given.opening)) rememberTerminal(given.name, { key, program: mine });
      // What this mount opened is attached to, should the effect run again.
      const session = openLink({
        socket: getSocket('/terminal'),
        place: given.place,
        opening: given.opening,
        screen: {
          write: (bytes, done) => terminal.write(bytes, done),
          clear: () => terminal.write('\u001bc'),
          size: measure,
        },
        onPhase: (next) => {
          setPhase(next);
          if (next.kind === 'live') terminal.focus();
          if (next.kind === 'ended') forgetTerminal(given.name);
          terminal.options.disableStdin = next.kind !== 'live';
        },
        onOpened: (terminalId) => {
          given.opening = { terminalId };
          rememberTerminal(given.name, { terminalId, key, program: mine });
        },
      });
      live.current = { screen, link: session };
      setScreen(screen);
      const encoder = new TextEncoder();
      terminal.onData((text) => {
        const modifier = heldNow.current;
        session.input(encoder.encode(modifier === undefined ? text : withModifier(text, modifier)));
        heldNow.current = undefined;
        setHeld(undefined);
      });
      terminal.onBinary((text) => session.input(Uint8Array.from(text, (char) => char.charCodeAt(0))));
      terminal.onResize(() => {
        setSize(measure());
        session.resize();
      });
    }
    show(element).catch((error: unknown) => setPhase({ kind: 'failed', error }));
    return () => {
      left = true;
      live.current?.link.close();
      live.current?.screen.close();
      live.current = undefined;
      setScreen(undefined);
    };
  }, []);

  const over = phase.kind === 'ended' || phase.kind === 'failed';
  return (
    <div className={cx('flex flex-col', full && 'fixed inset-0 z-(--z-sheet) bg-canvas')}>
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
          <Button size="compact" onClick={onAnother}>
            {t('another')}
          </Button>
        </div>
      )}
      <section
        aria-label={label}
        className={cx(
          'flex flex-col overflow-hidden rounded-card bg-sunken',
          'host' in place ? 'border-2 border-danger' : 'border border-line',
          full
            ? cx('min-h-0 flex-1 rounded-none', !('host' in place) && 'border-0')
            : 'h-[calc(100dvh-228px)] min-h-80 max-md:h-[calc(100dvh-330px)]',
        )}
      >
        <div
          ref={toolbar}
          className="flex h-10 flex-none items-center gap-2 border-line border-b bg-surface pr-1 pl-3 text-table max-md:h-12"
        >
          <Icon icon={SquareTerminal} className={'host' in place ? 'text-danger' : 'text-faint'} />
          {'host' in place && (
            <span className="truncate font-semibold text-danger">{t('onHost', { name: place.host })}</span>
          )}
          {/* Beside the name of a host a phone has no room for what the page says already. */}
          <span className={cx('truncate font-mono text-mono', 'host' in place && 'max-md:hidden')}>{command}</span>
          {program.workdir !== undefined && (
            <span className="truncate font-mono text-mono text-muted max-md:hidden">{program.workdir}</span>
          )}
          {program.user !== undefined && (
            <span className="truncate text-muted">{t('asUser', { user: program.user })}</span>
          )}
          <span role="status" className="flex flex-none items-center gap-1.5 text-muted">
            <span className={cx('size-2 rounded-full', DOTS[phase.kind])} aria-hidden="true" />
            {t(`phase_${phase.kind}`)}
            {phase.kind === 'lost' && <SecondsSince />}
          </span>
          <span className="flex-1" />
          {size !== undefined && (
            <span className="font-mono text-mono text-muted tabular-nums max-md:hidden">
              {t('size', { columns: String(size.columns), rows: String(size.rows) })}
            </span>
          )}
          <span className="px-2 text-caption text-faint max-lg:hidden">{t('leaveKey', { key: choices.leaveKey })}</span>
          <IconButton icon={Plus} label={t('another')} onClick={onAnother} />
          <LinkButton
            href="/account#terminals"
            variant="ghost"
            size="compact"
            icon={Settings}
            aria-label={t('settings')}
            title={t('settings')}
            className="max-md:hidden"
          />
          <IconButton
            icon={full ? Minimize2 : Maximize2}
            label={t(full ? 'leaveFullScreen' : 'fullScreen')}
            onClick={() => {
              setFull(!full);
              live.current?.screen.terminal.focus();
            }}
          />
          <IconButton
            icon={X}
            label={t('end')}
            disabled={phase.kind !== 'live'}
            onClick={() => live.current?.link.end()}
          />
        </div>
        <div data-own-keys className="min-h-0 flex-1 p-2">
          <div ref={box} className="h-full" />
        </div>
        <KeyBar
          held={held}
          onHold={(modifier) => hold(held === modifier ? undefined : modifier)}
          onKey={(key) => {
            const terminal = live.current?.screen.terminal;
            terminal?.input(keySequence(key, terminal.modes.applicationCursorKeysMode));
          }}
        />
      </section>
      <LinkDialog url={link} onClose={() => setLink(undefined)} />
      <PasteDialog
        text={paste}
        onClose={() => setPaste(undefined)}
        onPaste={(text) => live.current?.screen.terminal.paste(text)}
      />
    </div>
  );
}
