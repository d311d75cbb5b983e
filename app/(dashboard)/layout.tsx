import type { ReactNode } from 'react';
import { Shell } from '../_features/shell/shell.tsx';
import { requireUser } from '../_lib/session.ts';

export default async function DashboardLayout({ children }: { children: ReactNode }) {
  await requireUser();
  return <Shell>{children}</Shell>;
}
