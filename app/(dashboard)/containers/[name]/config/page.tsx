import { ConfigPage } from '../../../../_features/containers/config-page.tsx';
import { requireUser } from '../../../../_lib/session.ts';

export default async function Route({ params }: { params: Promise<{ name: string }> }) {
  await requireUser();
  return <ConfigPage name={decodeURIComponent((await params).name)} />;
}
