import type { ReactNode } from 'react';
import { Shell } from '../_features/shell/shell.tsx';
import { readMe, requireUser } from '../_lib/session.ts';

export default async function DashboardLayout({ children }: { children: ReactNode }) {
  await requireUser();
  const me = await readMe();
  return <Shell rail={me?.user?.preferences.rail ?? false}>{children}</Shell>;
}
