import { CircleCheck, CircleSlash, CircleX, LoaderCircle, type LucideIcon } from 'lucide-react';
import type { Operation } from '../../_lib/trpc.ts';

export function isActive(operation: Operation): boolean {
  return operation.finishedAt === undefined;
}

/** Failed in a way that somebody should look at. */
export function isBad({ state }: Operation): boolean {
  return state === 'failed' || state === 'interrupted';
}

interface Look {
  icon: LucideIcon;
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
