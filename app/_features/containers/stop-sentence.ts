import { formatBytes } from '../../_lib/format.ts';
import type { ContainerDetail } from '../../_lib/trpc.ts';

interface StopSentence {
  key: 'stopped' | 'stopped_by' | 'oom' | 'oom_unlimited' | 'exited' | 'crashed' | 'killed' | 'start_failed' | 'lost';
  values: Record<string, string | number>;
}

/** Signals as Linux numbers them on every architecture we run on. */
const SIGNALS: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  5: 'SIGTRAP',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  10: 'SIGUSR1',
  11: 'SIGSEGV',
  12: 'SIGUSR2',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  15: 'SIGTERM',
};

/** Who ended it, where somebody is known to have. */
export function endedBy(
  reason: ContainerDetail['stopReason'],
): { key: 'endedBy' | 'endedByKernel'; values: { who?: string } } | undefined {
  if (reason?.kind === 'oom') return { key: 'endedByKernel', values: {} };
  if (reason?.kind !== 'stopped' || reason.by === undefined) return undefined;
  return { key: 'endedBy', values: { who: reason.by } };
}

/** Which sentence says why it does not run; the words are in the message files. */
export function stopSentence(reason: ContainerDetail['stopReason']): StopSentence | undefined {
  if (reason === undefined) return undefined;
  const { exitCode } = reason;
  switch (reason.kind) {
    case 'stopped':
      return reason.by === undefined
        ? { key: 'stopped', values: { exitCode } }
        : { key: 'stopped_by', values: { exitCode, by: reason.by } };
    case 'oom':
      return reason.limitBytes === undefined
        ? { key: 'oom_unlimited', values: { exitCode } }
        : { key: 'oom', values: { exitCode, limit: formatBytes(reason.limitBytes) } };
    case 'crashed':
      return reason.signal === undefined
        ? { key: 'crashed', values: { exitCode } }
        : { key: 'killed', values: { exitCode, signal: SIGNALS[reason.signal] ?? reason.signal } };
    case 'start_failed':
      return { key: 'start_failed', values: { exitCode, error: reason.error } };
    case 'exited':
    case 'lost':
      return { key: reason.kind, values: { exitCode } };
  }
}
