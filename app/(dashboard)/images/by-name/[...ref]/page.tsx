import { redirect } from 'next/navigation';
import { requireUser } from '../../../../_lib/session.ts';

/** For links that know the name alone: a reference may have slashes. */
export default async function Route({ params }: { params: Promise<{ ref: string[] }> }) {
  await requireUser();
  const reference = (await params).ref.map(decodeURIComponent).join('/');
  redirect(`/images/${encodeURIComponent(reference)}`);
}
