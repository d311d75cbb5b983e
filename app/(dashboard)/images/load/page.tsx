import { UploadPage } from '../../../_features/images/upload-page.tsx';
import { requireUser } from '../../../_lib/session.ts';

export default async function Route() {
  await requireUser();
  return <UploadPage kind="load" />;
}
