'use client';
import { type ComponentType, createElement, lazy, type ReactNode, Suspense, useState } from 'react';
import { createStore } from './store.ts';
import { useHydrated } from './use-hydrated.ts';
import { whenIdle } from './when-idle.ts';

const AGAIN_MS = [300, 1_000, 3_000];

/** Whether some code of this page could not be had: the server is away, or has another version by now. */
export const codeLost = createStore(() => false);

type LazyPart<Props extends object> = ComponentType<Props> & {
  /** Has the code come before it is drawn, for example when the pointer is over the button that opens it. */
  prepare: () => void;
};

/**
 * A component whose code is not part of what a page loads first. It comes when it is drawn, or before, once the page has nothing
 * else to do. Until then `meanwhile` is drawn, or nothing. Where it cannot be had, `codeLost` says so and the rest of the page,
 * with what was typed there, stays.
 */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  meanwhile?: (props: Props) => ReactNode,
): LazyPart<Props> {
  // Once it is there it is drawn at once, without a moment of what stands there meanwhile.
  let ready: ComponentType<Props> | undefined;
  const note = (code: ComponentType<Props>) => {
    ready = code;
    return code;
  };
  // What `lazy` gives takes the props of what it loads, which its type cannot say of props that are still open.
  const make = (): ComponentType<Props> =>
    lazy(async () => {
      try {
        return { default: note(await loadCode(load)) };
      } catch {
        // The reader is told; whoever draws it anew gets another try.
        codeLost.set(true);
        current = make();
        return { default: Nothing as ComponentType<Props> };
      }
    }) as unknown as ComponentType<Props>;
  let current = make();
  // A failure shows when it is needed.
  const prepare = () => void load().then(note, () => undefined);
  whenIdle(prepare);
  // biome-ignore lint/correctness/noComponentHookFactories: called at the top of modules, once for each part
  function Part(props: Props) {
    const [Code] = useState(() => ready ?? current);
    // Code that comes between an answer and its drawing would draw it where the server drew none.
    if (!useHydrated()) return meanwhile?.(props);
    const drawn = createElement(Code, props);
    return <Suspense fallback={meanwhile?.(props)}>{drawn}</Suspense>;
  }
  return Object.assign(Part, { prepare });
}

function Nothing(): ReactNode {
  return null;
}

/** Tries again for some seconds: a server that starts anew is back by then. @throws what the last try threw */
export async function loadCode<T>(load: () => Promise<T>): Promise<T> {
  for (const wait of AGAIN_MS) {
    try {
      return await load();
    } catch {
      // The last try tells why.
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
  return await load();
}
