import { StoragePage } from '../../../../_features/containers/storage-page.tsx';
import { requireUser } from '../../../../_lib/session.ts';

export default async function Route({ params }: { params: Promise<{ name: string }> }) {
  await requireUser();
  return <StoragePage name={decodeURIComponent((await params).name)} />;
}
