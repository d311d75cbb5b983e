import { notFound } from 'next/navigation';
import { requireUser } from '../../_lib/session.ts';

/** Every other address: a stranger is sent to sign-in as from any page, the others are told inside the shell. */
export default async function UnknownPage() {
  await requireUser();
  notFound();
}
