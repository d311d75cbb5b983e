import { OverviewPage } from '../../../_features/containers/overview-page.tsx';
import { requireUser } from '../../../_lib/session.ts';

export default async function Route({ params }: { params: Promise<{ name: string }> }) {
  await requireUser();
  return <OverviewPage name={decodeURIComponent((await params).name)} />;
}
