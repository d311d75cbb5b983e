import { EngineError } from '../errors/index.ts';
import type { ContainerId, ExecId } from '../lib/index.ts';
import type { ExecSpec, ExecTask } from '../runtime/runtime.ts';
import type { ExecInfo } from './container-service.ts';

/** How long an ended session can still be asked for its exit code. */
const KEEP_ENDED_MS = 5 * 60_000;
/** How long one waits to be started: a client that only ever creates them must not fill the memory. */
const KEEP_UNSTARTED_MS = 60 * 60_000;

export interface ExecSession {
  info: ExecInfo;
  spec: ExecSpec;
  task: ExecTask | undefined;
  /** Set before the first await of a start: a second start attaches instead. */
  starting: Promise<ExecTask> | undefined;
  endedAt: Date | undefined;
  /** Resolves when how it ended is in `info`; undefined until it was started. */
  ended?: Promise<void>;
}

interface Kept {
  session: ExecSession;
  addedAt: Date;
}

/** Exec sessions this server knows. Those of an earlier one are found through the runtime. */
export class ExecRegistry {
  readonly #sessions = new Map<ExecId, Kept>();

  add(session: ExecSession, now: Date): void {
    for (const [id, kept] of this.#sessions) if (isOver(kept, now)) this.#sessions.delete(id);
    this.#sessions.set(session.info.id, { session, addedAt: now });
  }

  find(id: ExecId): ExecSession | undefined {
    return this.#sessions.get(id)?.session;
  }

  idsOf(containerId: ContainerId): ExecId[] {
    return [...this.#sessions.values()]
      .filter(({ session }) => session.info.containerId === containerId)
      .map(({ session }) => session.info.id);
  }

  forgetContainer(containerId: ContainerId): void {
    for (const id of this.idsOf(containerId)) this.#sessions.delete(id);
  }
}

function isOver({ session: { endedAt, starting }, addedAt }: Kept, now: Date): boolean {
  if (endedAt !== undefined) return now.getTime() - endedAt.getTime() > KEEP_ENDED_MS;
  return starting === undefined && now.getTime() - addedAt.getTime() > KEEP_UNSTARTED_MS;
}

export function noSuchExec(id: string): EngineError {
  return new EngineError('not_found', `No such exec instance: ${id}`, { reason: 'exec_not_found', id });
}
