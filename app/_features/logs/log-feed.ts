import type { LiveSocket } from '../../_lib/live-socket.ts';
import { isLine, type LogEntry, LogWindow, parseReceived, type Skipped } from './log-window.ts';

export type FeedSocket = Pick<LiveSocket, 'connected' | 'on' | 'off' | 'emit' | 'connect' | 'disconnect'>;

interface LogChoice {
  containerId: string;
  stdout: boolean;
  stderr: boolean;
  since: Date | undefined;
  /** Nothing later is shown, and nothing is followed. */
  until?: Date | undefined;
  /** Lines to open with. */
  tail: number;
  /** Opens around this line instead of at the end. */
  place?: { at: Date; cursor: string } | undefined;
}

const PAGE_LINES = 2_000;
const FILL_LINES = 5_000;
const BEFORE_LINES = 500;
const AFTER_LINES = 1_500;
/** Before the time of a line: the time in a link has no more than milliseconds. */
const EARLIER_MS = 1;
const DRAW_MS = 80;
/** The server counts the messages of each answer. */
const FIRST_OF_ANSWER = 1;

/**
 * The log of one container as a page follows it. Each message is acknowledged once it is in the window, which is what lets the
 * server send more; whoever draws is told a few times a second, however fast lines come.
 */
export class LogFeed {
  readonly window: LogWindow;
  readonly #socket: FeedSocket;
  readonly #choice: LogChoice;
  readonly #listeners = new Set<() => void>();
  #version = 0;
  #drawn: readonly LogEntry[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #busy = false;
  #isStale = false;
  /** The process has ended and its last line is here. */
  isEnded = false;
  isOpen = false;
  failure: unknown;
  #isAtPlace: boolean;

  /** @param keep lines in the window; without it, as many as a page can hold */
  constructor(socket: FeedSocket, choice: LogChoice, keep?: number) {
    this.window = keep === undefined ? new LogWindow() : new LogWindow({ lines: keep, chars: 1024 * 1024 });
    this.#socket = socket;
    this.#choice = choice;
    this.#isAtPlace = choice.place !== undefined;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly version = (): number => this.#version;

  /** What was in the window when this was last told: drawn again for another reason, a page shows the same lines. */
  get drawn(): readonly LogEntry[] {
    return this.#drawn;
  }

  /** @returns what ends it */
  open(): () => void {
    const socket = this.#socket;
    const connect = () => this.#follow();
    const lines = (seq: number, bytes: ArrayBuffer, ack: () => void) => {
      this.isOpen = true;
      // Asked twice in a row, as when the connection comes twice, the first answer may still have been on its way.
      if (seq === FIRST_OF_ANSWER && !this.window.isPaused) this.window.clear();
      this.window.append(parseReceived(new TextDecoder().decode(bytes)));
      this.#changed();
      ack();
    };
    const current = () => {
      this.isOpen = true;
      this.#changed();
    };
    const end = () => {
      this.isEnded = true;
      this.isOpen = true;
      this.#changed();
    };
    const failed = (error: unknown) => {
      this.failure = error;
      end();
    };
    socket.on('connect', connect).on('lines', lines).on('current', current).on('end', end).on('failed', failed);
    if (socket.connected) connect();
    else socket.connect();
    return () => {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      socket.off('connect', connect).off('lines', lines).off('current', current).off('end', end).off('failed', failed);
      socket.disconnect();
    };
  }

  pause(): void {
    if (this.window.isPaused) return;
    this.window.isPaused = true;
    this.#changed();
  }

  /**
   * What comes waits, without a word, as long as something is pressed. What has come and is not drawn yet waits too: where the
   * page scrolls between a press and the first move of the hand, Chromium begins the selection anew at every move.
   */
  hold(): void {
    this.window.isHeld = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  release(): void {
    if (!this.window.isHeld) return;
    this.window.isHeld = false;
    if (!this.window.isPaused) this.window.resume();
    this.#changed();
  }

  /** To the end, and on from there. */
  resume(): void {
    if (this.window.isDetached || this.#isStale) {
      this.#isAtPlace = false;
      this.window.isPaused = false;
      this.#follow();
    } else this.window.resume();
    this.#changed();
  }

  /** Once more after a failure; what somebody is reading gives way to what is there now. */
  retry(): void {
    this.#isStale = true;
    this.resume();
  }

  /** Lines before the first one. @returns how many came */
  async loadOlder(): Promise<number> {
    const first = this.window.entries.find(isLine);
    if (this.#busy || !this.window.hasOlder || first === undefined) return 0;
    return this.window.prepend(await this.#page({ before: first.cursor, tail: PAGE_LINES }));
  }

  /** The lines of a gap, the newest of them when there are too many. */
  async fill(gap: Skipped): Promise<void> {
    const { entries } = this.window;
    const next = entries.slice(entries.findIndex(({ id }) => id === gap.id) + 1).find(isLine);
    if (this.#busy || next === undefined) return;
    this.window.fill(gap, await this.#page({ before: next.cursor, tail: Math.min(gap.skipped, FILL_LINES) }));
  }

  async #page(wanted: { tail: number } & ({ before: string } | { from: Date })) {
    this.#busy = true;
    const { tail: _tail, place: _place, ...choice } = this.#choice;
    try {
      const answer = await new Promise<{ lines: ArrayBuffer }>((resolve) => {
        this.#socket.emit('page', { ...choice, ...wanted }, resolve);
      });
      return parseReceived(new TextDecoder().decode(answer.lines));
    } finally {
      this.#busy = false;
      this.#changed();
    }
  }

  #follow(): void {
    this.isEnded = false;
    this.failure = undefined;
    // What somebody is reading stays; the end is read anew when they go there.
    if (this.window.isPaused && this.window.entries.length > 0) {
      this.#isStale = true;
      return;
    }
    this.#isStale = false;
    this.window.clear();
    const { place, ...choice } = this.#choice;
    if (place !== undefined && this.#isAtPlace) void this.#openAt(place);
    else this.#socket.emit('follow', { ...choice, follow: choice.until === undefined });
  }

  /** The lines around a place, standing still. */
  async #openAt({ at, cursor }: { at: Date; cursor: string }): Promise<void> {
    this.window.isPaused = true;
    const from = new Date(at.getTime() - EARLIER_MS);
    const lines = await this.#page({ from, tail: AFTER_LINES });
    const first = lines[0];
    const start = first !== undefined && 'cursor' in first ? first.cursor : cursor;
    const before = await this.#page({ before: start, tail: BEFORE_LINES });
    this.window.show([...before, ...lines]);
    this.isOpen = true;
    this.#changed();
  }

  #changed(): void {
    if (this.window.isHeld && !this.window.isPaused) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#version += 1;
      this.#drawn = this.window.entries;
      for (const listener of this.#listeners) listener();
    }, DRAW_MS);
  }
}
