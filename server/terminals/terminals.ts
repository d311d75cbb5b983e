import { EngineError, isEngineError } from '#engine/errors/index.ts';
import type { Caller } from '#engine/events/index.ts';
import type { Clock, ExecId, Logger } from '#engine/lib/index.ts';
import type { Environment } from '../environments/index.ts';
import { SharedTerminal, type TerminalSession } from './shared-terminal.ts';
import { type TerminalRecord, TerminalRecords } from './terminal-record.ts';

const MOST_OF_A_USER = 20;
const MOST = 200;
const KEEP_MINUTES = 30;
const SWEEP_MS = 60_000;

interface Options {
  /** Where it is written whose each terminal is. */
  folder: string;
  environment(id: string): Pick<Environment, 'containers'>;
  clock: Clock;
  log: Logger;
  /** How long one of this user's stays that nobody looks at; undefined when they did not say. */
  keepMinutesOf?: (ownerId: string) => Promise<number | undefined>;
  sweepMs?: number;
}

interface NewTerminal {
  environmentId: string;
  container: { id: string; name: string };
  actor: { id: string; name: string; sessionId?: string | undefined };
  args: string[];
  user?: string | undefined;
  /** Where it starts; without one the container's own. */
  workdir?: string | undefined;
  rows: number;
  columns: number;
  /** Made by the client: asking twice with one key, as a page does that lost its connection, opens one terminal. */
  key?: string | undefined;
}

/** One line of the list of somebody's terminals. */
interface TerminalInfo extends Omit<TerminalRecord, 'key' | 'ownerId' | 'sessionId'> {
  lastInputAt: Date | undefined;
  size: { rows: number; columns: number } | undefined;
  viewers: number;
}

interface Live {
  record: TerminalRecord;
  viewers: number;
  /** Whether anybody ever looked at it: else what it printed is news to the first one. */
  seen: boolean;
  /** When the last viewer left. */
  leftAt: Date;
  lastInputAt?: Date;
  size?: { rows: number; columns: number };
}

/**
 * Terminals by exec id. A second viewer joins the first one's stream; one without viewers is ended after half an hour, or
 * after what its user chose. A user has 20 at most. Those of an earlier server are known again by their records.
 */
export class Terminals implements Disposable {
  readonly #opts: Options;
  readonly #records: TerminalRecords;
  readonly #open = new Map<ExecId, Promise<SharedTerminal>>();
  readonly #live = new Map<string, Live>();
  readonly #making = new Map<string, { ownerId: string; session: Promise<TerminalSession> }>();
  readonly #timer: NodeJS.Timeout;
  #restored: Promise<void> | undefined;
  #unnamed = 0;

  constructor(opts: Options) {
    this.#opts = opts;
    this.#records = new TerminalRecords(opts.folder);
    this.#timer = setInterval(() => {
      this.sweep().catch((err: unknown) => opts.log.error({ err }, 'old terminals could not be ended'));
    }, opts.sweepMs ?? SWEEP_MS);
    this.#timer.unref();
  }

  /**
   * Starts a program in a terminal.
   *
   * @throws EngineError `resource_exhausted` when the user or the server has too many, and what createExec throws
   */
  async create(wanted: NewTerminal): Promise<TerminalSession> {
    await this.#restore();
    const ownerId = wanted.actor.id;
    this.#unnamed += 1;
    const slot = wanted.key === undefined ? `${this.#unnamed}` : slotOf(ownerId, wanted.container.id, wanted.key);
    const known = this.#making.get(slot)?.session ?? this.#findByKey(slot);
    if (known !== undefined) return known;
    this.#assertRoom(ownerId);
    const session = this.#make(wanted).finally(() => this.#making.delete(slot));
    this.#making.set(slot, { ownerId, session });
    return session;
  }

  /** Joins a terminal that runs. */
  open(environment: Pick<Environment, 'containers'>, id: ExecId, actor?: Caller): Promise<TerminalSession> {
    const known = this.#open.get(id);
    if (known !== undefined) return known;
    const opening = environment.containers.startExec(id, { actor }).then(async (stream) => {
      const forget = () => this.#forget(id);
      stream.exited.then(forget, forget);
      const terminal = new SharedTerminal(id, stream, () => environment.containers.endExec(id));
      await terminal.replayed;
      return terminal;
    });
    this.#open.set(id, opening);
    opening.catch(() => this.#open.delete(id));
    return opening;
  }

  /** Counts a viewer until disposed. */
  view(id: string): Disposable {
    const live = this.#live.get(id);
    if (live === undefined) return { [Symbol.dispose]: () => undefined };
    live.viewers += 1;
    live.seen = true;
    return {
      [Symbol.dispose]: () => {
        live.viewers -= 1;
        live.leftAt = this.#opts.clock();
      },
    };
  }

  wasSeen(id: string): boolean {
    return this.#live.get(id)?.seen ?? true;
  }

  noteInput(id: string): void {
    const live = this.#live.get(id);
    if (live !== undefined) live.lastInputAt = this.#opts.clock();
  }

  noteSize(id: string, size: { rows: number; columns: number }): void {
    const live = this.#live.get(id);
    if (live !== undefined) live.size = size;
  }

  /** The user's own, oldest first; those that have ended are not among them. */
  async listOf(ownerId: string): Promise<TerminalInfo[]> {
    await this.#restore();
    const own = [...this.#live.values()].filter(({ record }) => record.ownerId === ownerId);
    for (const { record } of own) if (!(await this.#runs(record))) this.#forget(record.id as ExecId);
    return own
      .filter(({ record }) => this.#live.has(record.id))
      .map(({ record, viewers, lastInputAt, size }) => {
        const { key: _key, ownerId: _owner, sessionId: _session, ...shown } = record;
        return { ...shown, viewers, lastInputAt, size };
      })
      .sort((a, b) => a.startedAt.getTime() - b.startedAt.getTime());
  }

  /** Gives one of the user's own a name; an empty one takes it away. @throws EngineError `not_found` as `end` does */
  async rename(ownerId: string, id: string, title: string): Promise<void> {
    await this.#restore();
    const live = this.#find(ownerId, id);
    const { title: _title, ...rest } = live.record;
    live.record = title === '' ? rest : { ...rest, title };
    await this.#records.save(live.record);
  }

  /** Ends one of the user's own. @throws EngineError `not_found` for one that is not theirs. */
  async end(ownerId: string, id: string): Promise<void> {
    await this.#restore();
    await this.#end(this.#find(ownerId, id));
  }

  /** Ends all of a user, or only those that were opened in one session. */
  async endAllOf(ownerId: string, sessionId?: string): Promise<void> {
    await this.#restore();
    for (const live of [...this.#live.values()]) {
      const { record } = live;
      if (record.ownerId === ownerId && (sessionId === undefined || record.sessionId === sessionId))
        await this.#end(live);
    }
  }

  /** Ends those that nobody has looked at for too long. */
  async sweep(): Promise<void> {
    await this.#restore();
    for (const live of [...this.#live.values()]) {
      if (live.viewers > 0) continue;
      // One that nobody has seen yet is on its way to a screen, whatever its user chose.
      const chosen = live.seen ? await this.#opts.keepMinutesOf?.(live.record.ownerId) : undefined;
      const keepMs = (chosen ?? KEEP_MINUTES) * 60_000;
      if (live.viewers > 0 || this.#opts.clock().getTime() - live.leftAt.getTime() < keepMs) continue;
      await this.#end(live);
      this.#opts.log.info({ terminal: live.record.id }, 'terminal without viewers ended');
    }
  }

  /** Leaves the processes alone: they are their shims'. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    for (const opening of this.#open.values()) {
      // One that failed to open has nothing to close.
      opening.then((terminal) => terminal.close()).catch(() => {});
    }
  }

  async #make({ environmentId, container, actor, args, user, workdir, rows, columns, key }: NewTerminal) {
    const environment = this.#opts.environment(environmentId);
    const request = {
      args,
      user,
      workingDir: workdir,
      tty: true,
      openStdin: true,
      consoleSize: { rows, columns },
      env: ['TERM=xterm-256color'],
    };
    const caller: Caller = { id: actor.id, name: actor.name, entrance: 'ui' };
    const { id } = await environment.containers.createExec(container.id, request, { actor: caller });
    const session = await this.open(environment, id, caller);
    const now = this.#opts.clock();
    const record: TerminalRecord = {
      id,
      ...(key !== undefined && { key }),
      environmentId,
      containerId: container.id,
      containerName: container.name,
      ownerId: actor.id,
      ...(actor.sessionId !== undefined && { sessionId: actor.sessionId }),
      args,
      ...(user !== undefined && { user }),
      ...(workdir !== undefined && { workdir }),
      startedAt: now,
    };
    this.#live.set(id, { record, viewers: 0, seen: false, leftAt: now, size: { rows, columns } });
    await this.#records.save(record);
    // It may have ended before it was written down.
    if (!this.#open.has(id)) this.#forget(id);
    return session;
  }

  #find(ownerId: string, id: string): Live {
    const live = this.#live.get(id);
    if (live?.record.ownerId === ownerId) return live;
    throw new EngineError('not_found', `No terminal ${id}`, { reason: 'terminal_not_found', id });
  }

  #findByKey(slot: string): Promise<TerminalSession> | undefined {
    for (const { record } of this.#live.values()) {
      const { key, ownerId, containerId, environmentId, id } = record;
      if (key === undefined || slotOf(ownerId, containerId, key) !== slot) continue;
      return this.open(this.#opts.environment(environmentId), id as ExecId);
    }
    return undefined;
  }

  #assertRoom(ownerId: string): void {
    const owners = [...this.#live.values()].map(({ record }) => record.ownerId);
    for (const making of this.#making.values()) owners.push(making.ownerId);
    const own = owners.filter((owner) => owner === ownerId).length;
    if (own < MOST_OF_A_USER && owners.length < MOST) return;
    const most = own < MOST_OF_A_USER ? MOST : MOST_OF_A_USER;
    throw new EngineError('resource_exhausted', `${most} terminals are open; end one of them first`, {
      reason: own < MOST_OF_A_USER ? 'too_many_terminals_of_all' : 'too_many_terminals',
      most,
    });
  }

  async #end({ record }: Live): Promise<void> {
    try {
      await this.#opts.environment(record.environmentId).containers.endExec(record.id as ExecId);
    } catch (error) {
      // It ended by itself, or its container went.
      if (!isEngineError(error, 'not_found')) throw error;
    }
    this.#forget(record.id as ExecId);
  }

  async #runs({ environmentId, id }: TerminalRecord): Promise<boolean> {
    if (this.#open.has(id as ExecId)) return true;
    try {
      return (await this.#opts.environment(environmentId).containers.inspectExec(id as ExecId)).running;
    } catch (error) {
      if (isEngineError(error, 'not_found')) return false;
      throw error;
    }
  }

  #forget(id: ExecId): void {
    this.#open.delete(id);
    if (!this.#live.delete(id)) return;
    this.#records
      .remove(id)
      .catch((err: unknown) => this.#opts.log.error({ err, terminal: id }, 'a terminal could not be forgotten'));
  }

  /** What an earlier server wrote down; whether it still runs is asked when somebody wants to know. */
  #restore(): Promise<void> {
    this.#restored ??= this.#records.list().then((records) => {
      const now = this.#opts.clock();
      for (const record of records) this.#live.set(record.id, { record, viewers: 0, seen: true, leftAt: now });
    });
    return this.#restored;
  }
}

/** With the container: the right to enter is judged for the one that is asked for, and for no other. */
function slotOf(ownerId: string, containerId: string, key: string): string {
  return `${ownerId} ${containerId} ${key}`;
}
