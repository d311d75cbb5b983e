import { toFailure } from '../../_lib/errors.ts';
import type { LiveSocket } from '../../_lib/live-socket.ts';

type Handler = (...args: unknown[]) => void;
export type LinkSocket = Pick<LiveSocket, 'connected' | 'active' | 'on' | 'off' | 'emit' | 'connect' | 'disconnect'>;

/** A program to start, or a terminal that runs already. Asking again with one key finds what the first asking has started. */
export type Opening = { args?: string[]; user?: string; workdir?: string; key: string } | { terminalId: string };

/** Where the program runs. */
export type Place = { containerId: string } | { host: string };

export type Phase =
  | { kind: 'connecting' }
  | { kind: 'live' }
  | { kind: 'lost' }
  | { kind: 'ended'; exitCode: number | undefined }
  | { kind: 'failed'; error: unknown };

interface LinkScreen {
  /** `done` runs when the bytes are on the screen. */
  write(bytes: Uint8Array, done: () => void): void;
  /** Empties the screen behind everything written so far. */
  clear(): void;
  size(): { rows: number; columns: number };
}

interface LinkOptions {
  socket: LinkSocket;
  place: Place;
  opening: Opening;
  screen: LinkScreen;
  onPhase: (phase: Phase) => void;
  onOpened: (terminalId: string) => void;
}

export interface TerminalLink {
  input(bytes: Uint8Array): void;
  resize(): void;
  /** Ends the program; `ended` follows. */
  end(): void;
  /** Leaves; the program goes on. */
  close(): void;
}

/** The server takes messages of 64 KiB at most. */
const INPUT_BYTES = 32 * 1024;

/**
 * One terminal over the `/terminal` namespace. After a break it attaches again to the same process, whose replay refills the
 * screen. Until all of it is drawn input is dropped: it can hold questions to the emulator that must not be answered twice.
 */
export function openLink({ socket, place, opening, screen, onPhase, onOpened }: LinkOptions): TerminalLink {
  let terminalId = 'terminalId' in opening ? opening.terminalId : undefined;
  let ready = false;
  let over = false;
  /** Of the replay, what is not drawn yet; unknown until the server has answered. */
  let replayBytes: number | undefined;
  /** Another number for each connection: answers and drawing of an earlier one no longer count. */
  let connection = 0;

  function drawn(bytes: number) {
    if (replayBytes === undefined) return;
    replayBytes -= bytes;
    if (ready || over || replayBytes > 0) return;
    ready = true;
    onPhase({ kind: 'live' });
    resize();
  }
  function finish(phase: Phase) {
    over = true;
    ready = false;
    onPhase(phase);
  }
  function connected() {
    if (over) return;
    ready = false;
    replayBytes = undefined;
    connection += 1;
    const mine = connection;
    const opened = (answer: { terminalId: string; replayBytes?: number }) => {
      if (mine !== connection || over) return;
      if (terminalId === undefined) onOpened(answer.terminalId);
      terminalId = answer.terminalId;
      replayBytes = answer.replayBytes ?? 0;
      // A server that was started anew has no replay: then what this screen holds is the best there is.
      if (replayBytes > 0) screen.clear();
      drawn(0);
    };
    const onHost = 'host' in place;
    if (terminalId !== undefined) socket.emit(onHost ? 'host_attach' : 'attach', { terminalId }, opened);
    else if (onHost) socket.emit('host', { ...opening, ...screen.size() }, opened);
    else socket.emit('create', { ...place, ...opening, ...screen.size() }, opened);
  }
  function disconnected() {
    ready = false;
    if (!over) onPhase({ kind: 'lost' });
  }
  function refused(error: Error) {
    // While the socket tries again by itself, or somebody signs in again, it is only away.
    if (over || socket.active || error.message === 'unauthenticated') disconnected();
    else finish({ kind: 'failed', error });
  }
  function take(_seq: number, bytes: ArrayBuffer, ack: () => void) {
    const mine = connection;
    screen.write(new Uint8Array(bytes), () => {
      ack();
      if (mine === connection) drawn(bytes.byteLength);
    });
  }
  function exited({ exitCode }: { exitCode?: number }) {
    finish({ kind: 'ended', exitCode });
  }
  function failed(error: unknown) {
    const { code } = toFailure(error);
    const attaching = !ready && terminalId !== undefined;
    if (attaching && (code === 'not_found' || code === 'conflict')) finish({ kind: 'ended', exitCode: undefined });
    else finish({ kind: 'failed', error });
  }
  function resize() {
    if (ready) socket.emit('resize', screen.size());
  }

  const handlers: Readonly<Record<string, Handler>> = {
    connect: connected,
    disconnect: disconnected,
    connect_error: refused as Handler,
    data: take as Handler,
    exit: exited as Handler,
    failed,
  };
  for (const [event, handler] of Object.entries(handlers)) socket.on(event, handler);
  onPhase({ kind: 'connecting' });
  if (socket.connected) connected();
  else socket.connect();

  return {
    input(bytes) {
      if (!ready) return;
      for (let at = 0; at < bytes.length; at += INPUT_BYTES) socket.emit('input', bytes.slice(at, at + INPUT_BYTES));
    },
    resize,
    end() {
      if (ready) socket.emit('end', {});
    },
    close() {
      over = true;
      for (const [event, handler] of Object.entries(handlers)) socket.off(event, handler);
      socket.disconnect();
    },
  };
}
