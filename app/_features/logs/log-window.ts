export interface LogLine {
  id: number;
  timeMs: number;
  stream: 'stdout' | 'stderr';
  text: string;
  /** Its place in the stored log. */
  cursor: string;
}

/** Lines that the page was spared because they came faster than anything can be drawn. */
export interface Skipped {
  id: number;
  skipped: number;
}

export type LogEntry = LogLine | Skipped;

/** As the server sends it. */
export type Received =
  | { time: string; stream: 'stdout' | 'stderr'; text: string; cursor: string }
  | { skipped: number };

interface Limits {
  lines: number;
  chars: number;
}

const DEFAULTS: Limits = { lines: 200_000, chars: 64 * 1024 * 1024 };

export function isLine(entry: LogEntry): entry is LogLine {
  return 'cursor' in entry;
}

/** JSON lines of one message. */
export function parseReceived(text: string): Received[] {
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Received]));
}

/**
 * What the page holds of a log: a window of bounded size. While paused it stands still, and what comes waits, counted. Older
 * lines leave at the top and can be read again; when reading back fills it, the newest leave, and `isDetached` says so.
 */
export class LogWindow {
  readonly #limits: Limits;
  #entries: LogEntry[] = [];
  #waiting: LogEntry[] = [];
  #waitingLines = 0;
  #chars = 0;
  #nextId = 1;
  isPaused = false;
  /** For a moment; the line under the hand stays. */
  isHeld = false;
  /** Something older than the first line may be there. */
  hasOlder = true;
  /** What follows the last line is no longer here: the end must be read anew. */
  isDetached = false;
  #skippedLines = 0;

  constructor(limits: Limits = DEFAULTS) {
    this.#limits = limits;
  }

  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  /** Lines that came since the pause, those that were skipped included. */
  get waitingLines(): number {
    return this.#waitingLines;
  }

  /** Lines that the server has left out of what it sent and that nobody has loaded since. */
  get skippedLines(): number {
    return this.#skippedLines;
  }

  append(received: readonly Received[]): void {
    const entries = received.map((one) => this.#toEntry(one));
    if (!this.isPaused && !this.isHeld) {
      this.#push(entries);
      return;
    }
    this.#waitingLines += entries.reduce((sum, entry) => sum + (isLine(entry) ? 1 : entry.skipped), 0);
    this.#waiting.push(...entries);
    // The older half of what waits is cheaper to read again than to keep.
    if (this.#waiting.length > this.#limits.lines / 2) {
      const dropped = this.#waiting.splice(0, this.#waiting.length - Math.floor(this.#limits.lines / 4));
      const skipped = dropped.reduce((sum, entry) => sum + (isLine(entry) ? 1 : entry.skipped), 0);
      this.#waiting.unshift({ id: this.#nextId++, skipped });
    }
  }

  resume(): void {
    this.isPaused = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingLines = 0;
    this.#push(waiting);
  }

  /** Lines before the first. @returns how many were put in */
  prepend(received: readonly Received[]): number {
    const entries = received.map((one) => this.#toEntry(one));
    this.hasOlder = entries.length > 0;
    this.#entries = [...entries, ...this.#entries];
    this.#chars += charsOf(entries);
    const over = this.#over(() => this.#entries.length - 1, -1);
    if (over > 0) {
      this.#chars -= charsOf(this.#entries.splice(this.#entries.length - over, over));
      this.isDetached = true;
    }
    return entries.length;
  }

  /** Puts lines in the place of those that were skipped; what is still missing stays as a gap before them. */
  fill(gap: Skipped, received: readonly Received[]): void {
    const at = this.#entries.findIndex((entry) => entry.id === gap.id);
    if (at < 0) return;
    const entries = received.map((one) => this.#toEntry(one));
    const left = gap.skipped - entries.length;
    const before = left > 0 && entries.length > 0 ? [{ id: this.#nextId++, skipped: left }] : [];
    this.#entries = [...this.#entries.slice(0, at), ...before, ...entries, ...this.#entries.slice(at + 1)];
    this.#chars += charsOf(entries);
    this.#skippedLines = Math.max(this.#skippedLines - entries.length, 0);
  }

  /** These lines and no others; the end of the log is elsewhere. */
  show(received: readonly Received[]): void {
    this.clear();
    this.#push(received.map((one) => this.#toEntry(one)));
    this.isDetached = true;
  }

  clear(): void {
    this.#entries = [];
    this.#waiting = [];
    this.#waitingLines = 0;
    this.#chars = 0;
    this.#skippedLines = 0;
    this.hasOlder = true;
    this.isDetached = false;
  }

  #push(added: readonly LogEntry[]): void {
    let entries = added;
    const last = this.#entries.at(-1);
    const [first] = entries;
    // One gap, however many messages told of it.
    if (last !== undefined && first !== undefined && !isLine(last) && !isLine(first)) {
      this.#entries = [...this.#entries.slice(0, -1), { id: last.id, skipped: last.skipped + first.skipped }];
      entries = entries.slice(1);
    }
    this.#entries = this.#entries.concat(entries);
    this.#chars += charsOf(entries);
    const over = this.#over(() => 0, 1);
    if (over === 0) return;
    this.#chars -= charsOf(this.#entries.splice(0, over));
    this.hasOlder = true;
  }

  /** How many entries must leave, counted from one end. */
  #over(start: () => number, step: 1 | -1): number {
    let over = Math.max(this.#entries.length - this.#limits.lines, 0);
    let chars =
      this.#chars -
      charsOf(step === 1 ? this.#entries.slice(0, over) : this.#entries.slice(this.#entries.length - over));
    while (chars > this.#limits.chars && over < this.#entries.length - 1) {
      const entry = this.#entries[start() + step * over];
      chars -= entry !== undefined && isLine(entry) ? entry.text.length : 0;
      over += 1;
    }
    return over;
  }

  #toEntry(received: Received): LogEntry {
    const id = this.#nextId++;
    if ('skipped' in received) {
      this.#skippedLines += received.skipped;
      return { id, skipped: received.skipped };
    }
    const { time, stream, text, cursor } = received;
    return { id, timeMs: Date.parse(time), stream, text, cursor };
  }
}

function charsOf(entries: readonly LogEntry[]): number {
  return entries.reduce((sum, entry) => sum + (isLine(entry) ? entry.text.length : 0), 0);
}
