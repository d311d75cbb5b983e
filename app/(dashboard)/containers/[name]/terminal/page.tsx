import { TerminalPage } from '../../../../_features/terminal/terminal-page.tsx';
import { requireUser } from '../../../../_lib/session.ts';

export default async function Route({ params }: { params: Promise<{ name: string }> }) {
  await requireUser();
  return <TerminalPage name={decodeURIComponent((await params).name)} />;
}
