import { ShortcutsPage } from '../../_features/shell/shortcuts-page.tsx';
import { requireUser } from '../../_lib/session.ts';

export default async function Route() {
  await requireUser();
  return <ShortcutsPage />;
}
