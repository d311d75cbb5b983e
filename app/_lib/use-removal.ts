'use client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { toFailure } from './errors.ts';

interface Removal<T> {
  /** As they were when the dialog was asked for: what was listed is what goes. */
  items: readonly T[];
  /** What is in use stays. */
  isFree?: (item: T) => boolean;
  remove: (item: T) => Promise<unknown>;
  /** Lists are asked for anew, whatever became of it. */
  refresh: () => Promise<unknown>;
  /** Those that are still there. */
  onLeft?: ((items: readonly T[]) => void) | undefined;
  /** Everything that could be removed is gone. */
  onDone: () => void;
}

/** Removes one after the other; what could not be removed stays listed with the reason, and can be tried again. */
export function useRemoval<T>({ items, isFree = () => true, remove, refresh, onLeft, onDone }: Removal<T>) {
  const [listed, setListed] = useState(items);
  const free = listed.filter(isFree);
  const work = useMutation({
    async mutationFn() {
      const failed: { item: T; error: unknown }[] = [];
      for (const item of free) {
        try {
          await remove(item);
        } catch (error) {
          // Somebody else was faster, and it is gone as was asked for.
          if (toFailure(error).code !== 'not_found') failed.push({ item, error });
        }
      }
      return failed;
    },
    onSuccess(failed) {
      onLeft?.(listed.filter((item) => !free.includes(item) || failed.some((failure) => failure.item === item)));
      setListed(failed.map(({ item }) => item));
      if (failed.length === 0) onDone();
    },
    onSettled: refresh,
  });
  return { listed, free, failed: work.data ?? [], busy: work.isPending, start: () => work.mutate() };
}
