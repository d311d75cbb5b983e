import { ProcessesPage } from '../../../../_features/containers/processes-page.tsx';
import { requireUser } from '../../../../_lib/session.ts';

export default async function Route({ params }: { params: Promise<{ name: string }> }) {
  await requireUser();
  return <ProcessesPage name={decodeURIComponent((await params).name)} />;
}
