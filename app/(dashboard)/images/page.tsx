import { ImagesPage } from '../../_features/images/images-page.tsx';
import { requireUser } from '../../_lib/session.ts';

export default async function Route() {
  await requireUser();
  return <ImagesPage />;
}
