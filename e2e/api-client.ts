// The dashboard's own API as a browser uses it: tRPC with the session cookie and an Origin.
import { createTRPCClient, httpLink } from '@trpc/client';
import type { TRPCDataTransformer } from '@trpc/server';
import superjson from 'superjson';
import type { AppRouter } from '#server/trpc/router.ts';

/**
 * A client that keeps the cookie it is given at sign-in, or begins with that of a session begun elsewhere.
 * @param transformer what reads the answers: the library that is made for them, or the smaller reader of the pages
 */
export function createApiClient(url: string, session = '', transformer: TRPCDataTransformer = superjson) {
  let cookie = session;
  const send = async (input: RequestInfo | URL | string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set('origin', url);
    if (cookie !== '') headers.set('cookie', cookie);
    const response = await fetch(input, { ...init, headers });
    const [set] = response.headers.getSetCookie();
    if (set !== undefined) cookie = set.slice(0, set.indexOf(';'));
    return response;
  };
  const trpc = createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${url}/api/trpc`,
        transformer,
        fetch: (input, init) => send(input, init as RequestInit),
      }),
    ],
  });
  return { trpc, send, cookie: () => cookie };
}

export type ApiClient = ReturnType<typeof createApiClient>;
