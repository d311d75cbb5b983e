'use client';
import { useState } from 'react';
import { lazyPart } from '../../_lib/lazy-part.tsx';
import { useSessionEnd } from '../../_lib/session-end.ts';

const SignInPanel = lazyPart(() => import('./sign-in-panel.tsx').then((module) => module.SignInPanel));

/** Over the page when its session has ended. */
export function SignInSheet() {
  const reason = useSessionEnd();
  const [wanted, setWanted] = useState(false);
  if (reason !== undefined && !wanted) setWanted(true);
  return wanted && <SignInPanel reason={reason} />;
}
