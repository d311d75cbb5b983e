import { EditPage } from '../../../../_features/containers/edit/edit-page.tsx';
import { requireUser } from '../../../../_lib/session.ts';

export default async function Route({ params }: { params: Promise<{ name: string }> }) {
  await requireUser();
  return <EditPage name={decodeURIComponent((await params).name)} />;
}
