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

/** Without the server (a page rendered by Next alone) only the cookie can be looked at. */
export const readSession = cache(async (): Promise<'user' | 'stranger' | 'setup'> => {
  const caller = await getCaller();
  if (caller === undefined) {
    const jar = await cookies();
    return jar.has('__Host-davit') || jar.has('davit') ? 'user' : 'stranger';
  }
  const state = await caller.session.me({});
  if (state.needsSetup) return 'setup';
  return state.user === undefined ? 'stranger' : 'user';
});
