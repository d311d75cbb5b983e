import { HomePage } from '../_features/home/home-page.tsx';
import { requireUser } from '../_lib/session.ts';

export default async function Home() {
  await requireUser();
  return <HomePage />;
}
