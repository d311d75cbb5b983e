import { EngineError } from '../errors/index.ts';
import type { ContainerId, ExecId } from '../lib/index.ts';
import type { ExecSpec, ExecTask } from '../runtime/runtime.ts';
import type { ExecInfo } from './container-service.ts';

/** How long an ended session can still be asked for its exit code. */
const KEEP_ENDED_MS = 5 * 60_000;

export interface ExecSession {
  info: ExecInfo;
  spec: ExecSpec;
  task: ExecTask | undefined;
  /** Set before the first await of a start: a second start attaches instead. */
  starting: Promise<ExecTask> | undefined;
  endedAt: Date | undefined;
}

/** Exec sessions this server knows. Those of an earlier one are found through the runtime. */
export class ExecRegistry {
  readonly #sessions = new Map<ExecId, ExecSession>();

  add(session: ExecSession, now: Date): void {
    for (const [id, { endedAt }] of this.#sessions) {
      if (endedAt !== undefined && now.getTime() - endedAt.getTime() > KEEP_ENDED_MS) this.#sessions.delete(id);
    }
    this.#sessions.set(session.info.id, session);
  }

  find(id: ExecId): ExecSession | undefined {
    return this.#sessions.get(id);
  }

  idsOf(containerId: ContainerId): ExecId[] {
    return [...this.#sessions.values()]
      .filter(({ info }) => info.containerId === containerId)
      .map(({ info }) => info.id);
  }

  forgetContainer(containerId: ContainerId): void {
    for (const id of this.idsOf(containerId)) this.#sessions.delete(id);
  }
}

export function noSuchExec(id: string): EngineError {
  return new EngineError('not_found', `No such exec instance: ${id}`, { reason: 'exec_not_found', id });
}
