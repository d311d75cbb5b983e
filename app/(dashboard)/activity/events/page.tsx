import { EventsPage } from '../../../_features/activity/events-page.tsx';
import { requireUser } from '../../../_lib/session.ts';

export default async function Route() {
  await requireUser();
  return <EventsPage />;
}
