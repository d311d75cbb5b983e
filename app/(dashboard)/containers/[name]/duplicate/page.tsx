import { DuplicatePage } from '../../../../_features/containers/create/duplicate-page.tsx';
import { requireUser } from '../../../../_lib/session.ts';

export default async function Route({ params }: { params: Promise<{ name: string }> }) {
  await requireUser();
  return <DuplicatePage name={decodeURIComponent((await params).name)} />;
}
