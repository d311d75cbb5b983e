import { CircleCheck, CircleSlash, CircleX, type IconNode, LoaderCircle } from 'lucide';
import { formatDuration } from '../../_lib/format.ts';
import type { Operation } from '../../_lib/trpc.ts';

export function isActive(operation: Operation): boolean {
  return operation.finishedAt === undefined;
}

/** Failed in a way that somebody should look at. */
export function isBad({ state }: Operation): boolean {
  return state === 'failed' || state === 'interrupted';
}

interface Look {
  icon: IconNode;
  tone: 'success' | 'danger' | 'neutral';
  color: string;
  spin: boolean;
}

export function lookOf(operation: Operation): Look {
  if (isActive(operation)) return { icon: LoaderCircle, tone: 'neutral', color: 'text-accent', spin: true };
  if (isBad(operation)) return { icon: CircleX, tone: 'danger', color: 'text-danger', spin: false };
  if (operation.state === 'cancelled') return { icon: CircleSlash, tone: 'neutral', color: 'text-faint', spin: false };
  return { icon: CircleCheck, tone: 'success', color: 'text-success', spin: false };
}

/** The key of the state's word; a cancelled one that still takes back what it did says so. */
export function stateKey(operation: Operation) {
  return isActive(operation) && operation.cancelling ? 'cancelling' : operation.state;
}

/** How long it took; what took less than ten seconds with a digit more: most do. */
export function tookText(ms: number, locale: string): string {
  if (ms >= 10_000) return formatDuration(ms, locale);
  return `${(Math.max(0, ms) / 1_000).toFixed(1)}\u00a0${locale.startsWith('zh') ? '秒' : 's'}`;
}
