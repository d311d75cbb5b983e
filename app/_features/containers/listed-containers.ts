import type { ContainerSummary } from '../../_lib/trpc.ts';
import type { Usage } from './usage.ts';
import type { Verb } from './use-container-verbs.ts';

export interface ListedContainer extends ContainerSummary {
  usage: Usage | undefined;
  /** The order under way. */
  pending: Verb | undefined;
}

type Listing = (one: ContainerSummary, usage: Usage | undefined, pending: Verb | undefined) => ListedContainer;

/** Makes rows of the list. Of one and the same container, usage and order it is the same object, which need not be drawn anew. */
export function createListing(): Listing {
  const known = new WeakMap<ContainerSummary, ListedContainer>();
  return (one, usage, pending) => {
    const before = known.get(one);
    if (before !== undefined && before.usage === usage && before.pending === pending) return before;
    const row = { ...one, usage, pending };
    known.set(one, row);
    return row;
  };
}
