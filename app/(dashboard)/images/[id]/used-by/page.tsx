import { ImageUsedByPage } from '../../../../_features/images/image-page.tsx';
import { requireUser } from '../../../../_lib/session.ts';

export default async function Route({ params }: { params: Promise<{ id: string }> }) {
  await requireUser();
  return <ImageUsedByPage id={decodeURIComponent((await params).id)} />;
}
