import { cookies, headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import type { AppRouter } from '#server/trpc/router.ts';

type Caller = ReturnType<AppRouter['createCaller']>;
type CreateCaller = (headers: Headers) => Caller | Promise<Caller>;

/** The server sets it in its own process: pages must not import the server, or the build would make a second engine. */
const CALLER = Symbol.for('davit.caller');

/** Procedures called in process, as the person of this request; one per request. */
export const getCaller = cache(async (): Promise<Caller | undefined> => {
  const create = (globalThis as { [CALLER]?: CreateCaller })[CALLER];
  return create === undefined ? undefined : await create(new Headers(await headers()));
});

/**
 * Sends a stranger to sign-in, or to set-up before there is an owner. Pages and layouts render side by side, so every
 * page calls it itself. Each procedure checks the session again; this only saves a page of errors.
 */
export async function requireUser(): Promise<void> {
  const state = await readSession();
  if (state === 'setup') redirect('/setup');
  if (state === 'stranger') {
    const path = (await headers()).get('x-davit-path');
    redirect(path === null || path === '/' ? '/login' : `/login?next=${encodeURIComponent(path)}`);
  }
}

/** Who asks for this page; undefined without the server (a page rendered by Next alone). One look per request. */
export const readMe = cache(async () => (await getCaller())?.session.me({}));

/** Without the server only the cookie can be looked at. */
export const readSession = cache(async (): Promise<'user' | 'stranger' | 'setup'> => {
  const state = await readMe();
  if (state === undefined) {
    const jar = await cookies();
    return jar.has('__Host-davit') || jar.has('davit') ? 'user' : 'stranger';
  }
  if (state.needsSetup) return 'setup';
  return state.user === undefined ? 'stranger' : 'user';
});
