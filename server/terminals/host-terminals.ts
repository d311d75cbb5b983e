import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { EngineError } from '#engine/errors/index.ts';
import type { Clock, Logger } from '#engine/lib/index.ts';
import type { SessionActor } from '../access/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Sessions } from '../auth/index.ts';
import { HostTerminal } from './host-terminal.ts';
import type { HostTerminalSwitch } from './host-terminal-switch.ts';
import { type SpawnPty, spawnLoginShell } from './spawn-pty.ts';

const MOST = 4;
/** Shorter than for containers: nobody should find a shell of the host that somebody forgot. */
const UNSEEN_MS = 5 * 60_000;
const IDLE_MS = 30 * 60_000;
const SWEEP_MS = 10_000;

interface Options {
  power: HostTerminalSwitch;
  sessions: Pick<Sessions, 'onEnded'>;
  audit: Pick<Audit, 'append'>;
  clock: Clock;
  log: Logger;
  spawn?: SpawnPty;
  sweepMs?: number;
}

type EndReason = 'exited' | 'ended' | 'session_ended' | 'switched_off' | 'unseen' | 'idle' | 'server_stopped';

interface Live {
  terminal: HostTerminal;
  actor: SessionActor;
  key: string | undefined;
  address: string;
  startedAt: Date;
  lastInputAt: Date;
  viewers: number;
  leftAt: Date;
  reason: EndReason;
}

/** One line of the list of somebody's shells on the host. */
interface HostTerminalInfo {
  id: string;
  startedAt: Date;
  lastInputAt: Date;
  viewers: number;
  bytesIn: number;
  bytesOut: number;
}

/**
 * Shells on the host itself. Each belongs to the session that opened it and ends with it, whatever ended that; also after
 * five minutes on no screen, after half an hour without a key, when it is switched off, and with the server. Its end is written down with the time
 * and the bytes that went each way, not with what they were.
 */
export class HostTerminals implements AsyncDisposable {
  readonly power: HostTerminalSwitch;
  readonly hostname = hostname();
  readonly #opts: Options;
  readonly #live = new Map<string, Live>();
  readonly #stack = new DisposableStack();

  constructor(opts: Options) {
    this.#opts = opts;
    this.power = opts.power;
    this.#stack.use(
      opts.power.onChanged((enabled) => {
        if (!enabled) for (const live of this.#live.values()) this.#drop(live, 'switched_off');
      }),
    );
    this.#stack.use(
      opts.sessions.onEnded(({ sessionId }) => {
        for (const live of this.#live.values())
          if (live.actor.sessionId === sessionId) this.#drop(live, 'session_ended');
      }),
    );
    const timer = setInterval(() => this.sweep(), opts.sweepMs ?? SWEEP_MS);
    timer.unref();
    this.#stack.defer(() => clearInterval(timer));
  }

  /**
   * A login shell; asked twice with one key there is one.
   *
   * @throws EngineError `unsupported` when it is switched off, `resource_exhausted` when too many are open
   */
  async create(wanted: {
    actor: SessionActor;
    address: string;
    rows: number;
    columns: number;
    key?: string | undefined;
  }): Promise<HostTerminal> {
    this.assertEnabled();
    const { actor, address, rows, columns, key } = wanted;
    const known = [...this.#live.values()].find(
      (live) => key !== undefined && live.key === key && live.actor.sessionId === actor.sessionId,
    );
    if (known !== undefined) return known.terminal;
    if (this.#live.size >= MOST) {
      throw new EngineError('resource_exhausted', `${MOST} terminals of the host are open; end one of them first`, {
        reason: 'too_many_terminals_of_all',
        most: MOST,
      });
    }
    const pty = await (this.#opts.spawn ?? spawnLoginShell)({ rows, columns });
    const terminal = new HostTerminal(randomBytes(32).toString('hex'), pty);
    const now = this.#opts.clock();
    const times = { startedAt: now, lastInputAt: now, leftAt: now };
    const live: Live = { terminal, actor, key, address, ...times, viewers: 0, reason: 'exited' };
    this.#live.set(terminal.id, live);
    void terminal.exited.then(({ exitCode }) => this.#over(live, exitCode));
    return terminal;
  }

  /** Joins one of this session. @throws EngineError `not_found` for one that ended or is somebody else's. */
  open(actor: SessionActor, id: string): HostTerminal {
    return this.#find(actor, id).terminal;
  }

  /** Counts a viewer until disposed. */
  view(id: string): Disposable {
    const live = this.#live.get(id);
    if (live !== undefined) live.viewers += 1;
    return {
      [Symbol.dispose]: () => {
        if (live === undefined) return;
        live.viewers -= 1;
        live.leftAt = this.#opts.clock();
      },
    };
  }

  noteInput(id: string): void {
    const live = this.#live.get(id);
    if (live !== undefined) live.lastInputAt = this.#opts.clock();
  }

  listOf(actor: SessionActor): HostTerminalInfo[] {
    return [...this.#live.values()]
      .filter((live) => live.actor.sessionId === actor.sessionId)
      .map(({ terminal: { id, bytesIn, bytesOut }, startedAt, lastInputAt, viewers }) => ({
        id,
        startedAt,
        lastInputAt,
        viewers,
        bytesIn,
        bytesOut,
      }));
  }

  /** @throws EngineError `not_found` as `open` does */
  async end(actor: SessionActor, id: string): Promise<void> {
    const live = this.#find(actor, id);
    live.reason = 'ended';
    await live.terminal.end();
  }

  /** Ends those that were forgotten. */
  sweep(): void {
    const now = this.#opts.clock().getTime();
    for (const live of this.#live.values()) {
      if (live.viewers === 0 && now - live.leftAt.getTime() >= UNSEEN_MS) this.#drop(live, 'unseen');
      else if (now - live.lastInputAt.getTime() >= IDLE_MS) this.#drop(live, 'idle');
    }
  }

  /** @throws EngineError `unsupported` */
  assertEnabled(): void {
    if (this.power.enabled) return;
    throw new EngineError('unsupported', 'The terminal of the host is off; an owner switches it on', {
      reason: 'host_terminal_off',
    });
  }

  /** No shell outlives the server that looks after it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stack.dispose();
    const all = [...this.#live.values()];
    for (const live of all) live.reason = 'server_stopped';
    await Promise.all(all.map(({ terminal }) => terminal.end().then(() => terminal.exited)));
    await Promise.all(this.#writing);
  }

  readonly #writing = new Set<Promise<void>>();

  #find(actor: SessionActor, id: string): Live {
    const live = this.#live.get(id);
    if (live !== undefined && live.actor.sessionId === actor.sessionId) return live;
    throw new EngineError('not_found', `No terminal ${id}`, { reason: 'terminal_not_found', id });
  }

  #drop(live: Live, reason: EndReason): void {
    live.reason = reason;
    live.terminal
      .end()
      .catch((err: unknown) => this.#opts.log.error({ err, reason }, 'a terminal of the host could not be ended'));
  }

  #over(live: Live, exitCode: number): void {
    const { terminal, actor, address, startedAt, reason } = live;
    this.#live.delete(terminal.id);
    const { bytesIn, bytesOut } = terminal;
    const seconds = Math.round((this.#opts.clock().getTime() - startedAt.getTime()) / 1000);
    const row = this.#opts.audit.append({
      requestId: terminal.id.slice(0, 32),
      environmentId: 'local',
      actor,
      address,
      action: 'host.terminal_end',
      object: { type: 'host', name: this.hostname },
      result: 'allowed',
      details: { reason, exitCode, bytesIn, bytesOut, startedAt: startedAt.toISOString(), seconds },
    });
    const written = row.then(
      () => undefined,
      (err: unknown) =>
        this.#opts.log.error(
          { err, bytesIn, bytesOut, seconds },
          'the end of a terminal of the host could not be written down',
        ),
    );
    this.#writing.add(written);
    void written.finally(() => this.#writing.delete(written));
  }
}
