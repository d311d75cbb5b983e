import type { ContainerRecord, StopReason } from './container-service.ts';

/** Error text of a state whose process vanished without an exit record. */
export const LOST = 'The process was lost: its exit was not recorded';

const NOT_TOLD = { error: undefined, by: undefined, signal: undefined };

/** Why a container is not running, or undefined when it is, waits to be, or never was started. */
export function stopReason(
  record: Pick<ContainerRecord, 'state' | 'config'>,
  lastErrorLine: string | undefined,
): StopReason | undefined {
  const { state } = record;
  if (state.status === 'created') {
    if (state.error === undefined) return undefined;
    return { kind: 'start_failed', error: state.error, exitCode: state.exitCode ?? 128 };
  }
  if (state.status !== 'exited' && state.status !== 'dead' && state.status !== 'restarting') return undefined;
  const { exitCode } = state;
  const ended =
    state.status === 'restarting' ? NOT_TOLD : { error: state.error, by: state.stoppedBy, signal: state.signal };
  if (ended.error === LOST) return { kind: 'lost', exitCode: 255 };
  if (ended.error !== undefined) return { kind: 'start_failed', error: ended.error, exitCode };
  if (state.oomKilled) return { kind: 'oom', limitBytes: record.config.resources.memoryBytes, exitCode };
  if (ended.by !== undefined) return { kind: 'stopped', by: ended.by || undefined, exitCode, signal: ended.signal };
  if (exitCode === 0) return { kind: 'exited', exitCode };
  return { kind: 'crashed', exitCode, signal: ended.signal, lastErrorLine };
}
