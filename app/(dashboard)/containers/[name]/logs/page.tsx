import { LogsPage } from '../../../../_features/containers/logs-page.tsx';
import { requireUser } from '../../../../_lib/session.ts';

export default async function Route({ params }: { params: Promise<{ name: string }> }) {
  await requireUser();
  return <LogsPage name={decodeURIComponent((await params).name)} />;
}
