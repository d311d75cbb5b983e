'use client';
import { useSyncExternalStore } from 'react';
import { lazyPart } from '../_lib/lazy-part.tsx';
import { whenIdle } from '../_lib/when-idle.ts';
import { toastsWanted } from './toast.ts';

const ToastsPanel = lazyPart(() => import('./toasts-panel.tsx').then((module) => module.ToastsPanel));

// Screen readers announce what appears in a region that they know already.
whenIdle(() => toastsWanted.set(true));

/** Where toasts appear: with the first of them, or once the page has nothing else to do. */
export function Toasts() {
  const wanted = useSyncExternalStore(toastsWanted.subscribe, toastsWanted.get, () => false);
  return wanted && <ToastsPanel />;
}
