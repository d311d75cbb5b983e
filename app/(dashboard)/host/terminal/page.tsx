import { HostTerminalPage } from '../../../_features/terminal/host-terminal-page.tsx';
import { requireUser } from '../../../_lib/session.ts';

export default async function Route() {
  await requireUser();
  return <HostTerminalPage />;
}
