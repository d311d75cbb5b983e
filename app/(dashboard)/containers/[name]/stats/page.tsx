import { StatsPage } from '../../../../_features/metrics/stats-page.tsx';
import { requireUser } from '../../../../_lib/session.ts';

export default async function Route({ params }: { params: Promise<{ name: string }> }) {
  await requireUser();
  return <StatsPage name={decodeURIComponent((await params).name)} />;
}
