'use client';
import { useState } from 'react';
import { lazyPart } from '../../_lib/lazy-part.tsx';
import type { Order } from './container-actions.tsx';
import type { Removed } from './removal-facts.ts';
import type { ContainerVerbs, VerbFailure } from './use-container-verbs.ts';

const CommitDialog = lazyPart(() => import('./commit-dialog.tsx').then((module) => module.CommitDialog));
const KillDialog = lazyPart(() => import('./kill-dialog.tsx').then((module) => module.KillDialog));
const RemoveDialog = lazyPart(() => import('./remove-dialog.tsx').then((module) => module.RemoveDialog));
const RenameDialog = lazyPart(() => import('./rename-dialog.tsx').then((module) => module.RenameDialog));

interface Asked {
  order: 'kill' | 'remove' | 'rename' | 'commit';
  containers: readonly Removed[];
}

/**
 * Takes orders for one or many containers: quick ones are carried out, the others ask first.
 * @param after told what failed once all are done
 */
export function useOrders(verbs: ContainerVerbs, after?: (order: Order, failed: readonly VerbFailure[]) => void) {
  const [asked, setAsked] = useState<Asked>();
  function give(order: Order, containers: readonly Removed[]) {
    if (order === 'kill' || order === 'remove' || order === 'rename' || order === 'commit')
      return setAsked({ order, containers });
    carryOut(order, containers);
  }
  function carryOut(order: Exclude<Order, 'rename' | 'commit'>, containers: readonly Removed[], signal?: string) {
    setAsked(undefined);
    void verbs.run(order, containers, signal).then((failed) => after?.(order, failed));
  }
  return { give, asked, close: () => setAsked(undefined), carryOut };
}

export function ContainerDialogs({
  orders: { asked, close, carryOut },
  onRenamed,
}: {
  orders: ReturnType<typeof useOrders>;
  onRenamed?: (name: string) => void;
}) {
  const containers = asked?.containers ?? [];
  const [first] = containers;
  return (
    <>
      {asked?.order === 'remove' && (
        <RemoveDialog containers={containers} onClose={close} onConfirm={() => carryOut('remove', containers)} />
      )}
      {asked?.order === 'kill' && (
        <KillDialog
          containers={containers}
          onClose={close}
          onConfirm={(signal) => carryOut('kill', containers, signal)}
        />
      )}
      {asked?.order === 'commit' && first !== undefined && <CommitDialog container={first} onClose={close} />}
      {asked?.order === 'rename' && first !== undefined && (
        <RenameDialog container={first} onClose={close} {...(onRenamed === undefined ? {} : { onRenamed })} />
      )}
    </>
  );
}
