import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { Shell } from '../_features/shell/shell.tsx';
import { readMe, requireUser } from '../_lib/session.ts';

/** It is written by the shell: what is said here comes late, over what the page says by then. */
export const metadata: Metadata = { title: null };

export default async function DashboardLayout({ children }: { children: ReactNode }) {
  await requireUser();
  const me = await readMe();
  return <Shell rail={me?.user?.preferences.rail ?? false}>{children}</Shell>;
}
