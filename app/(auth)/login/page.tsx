import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { getTranslations } from 'next-intl/server';
import { safeReturnPath } from '../../_features/auth/return-path.ts';
import { SignInPage } from '../../_features/auth/sign-in-page.tsx';
import { scriptsOfPage } from '../../_lib/page-scripts.ts';
import { getCaller, readSession } from '../../_lib/session.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('auth'))('signIn') };
}

export default async function LoginPage({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  const { next } = await searchParams;
  const returnTo = typeof next === 'string' ? next : undefined;
  if ((await getCaller()) !== undefined) {
    const session = await readSession();
    if (session === 'setup') redirect('/setup');
    if (session === 'user') redirect(safeReturnPath(returnTo));
  }
  const [path = '/'] = safeReturnPath(returnTo).split(/[?#]/);
  // Which server this is: people may have several, and one looks the same as the next.
  const host = (await headers()).get('host') ?? undefined;
  return <SignInPage returnTo={returnTo} host={host} scripts={await scriptsOfPage(path)} />;
}
