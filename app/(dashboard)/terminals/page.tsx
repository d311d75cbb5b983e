import { TerminalsPage } from '../../_features/terminal/terminals-page.tsx';
import { requireUser } from '../../_lib/session.ts';

export default async function Route() {
  await requireUser();
  return <TerminalsPage />;
}
