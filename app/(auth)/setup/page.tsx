import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { getTranslations } from 'next-intl/server';
import { AuthFrame } from '../../_features/auth/auth-frame.tsx';
import { SetupForm } from '../../_features/auth/setup-form.tsx';
import { getCaller, readSession } from '../../_lib/session.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('auth'))('ownerTitle') };
}

/** There is nothing here once an owner exists. */
export default async function SetupPage() {
  if ((await getCaller()) !== undefined && (await readSession()) !== 'setup') notFound();
  return (
    <AuthFrame>
      <SetupForm />
    </AuthFrame>
  );
}
