import { useQuery } from '@tanstack/react-query';
import { createContext, useContext, useEffect } from 'react';
import { noteSessionEnd } from '../../_lib/session-end.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { quoteWord } from '../containers/create/quote-word.ts';

/** Asked once for a page: a list has hundreds of controls that depend on it. */
export const MeContext = createContext<ReturnType<typeof useAskedMe> | undefined>(undefined);

/**
 * Who is signed in, with the permissions that decide which controls exist. When the session ends it stays who it was:
 * the page under the sign-in sheet keeps its shape.
 */
export function useMe() {
  return useContext(MeContext);
}

/** Only for whoever tells all others. */
export function useAskedMe() {
  const { data, dataUpdatedAt } = useMeQuery();
  // What was kept of who it was has the answer that ended it beside it.
  const last: typeof data = data !== undefined && 'ended' in data ? (data.ended as typeof data) : data;
  const ended = last !== undefined && last.user === undefined;
  useEffect(() => {
    if (ended) noteSessionEnd(last.whyEnded, dataUpdatedAt);
  }, [ended, last?.whyEnded, dataUpdatedAt]);
  return data?.user;
}

/** All who look ask in one way: the options of whoever was drawn last decide what an answer leaves of the one before. */
function useMeQuery() {
  return useQuery(useTRPC().session.me.queryOptions({}, { staleTime: 60_000, structuralSharing: keepUser }));
}

function keepUser(before: unknown, now: unknown): unknown {
  return hasUser(now) || !hasUser(before) ? now : { ...before, ended: now };
}

/** When the session of this tab ends by itself, and how long its password still counts as just given. */
export function useSessionLimits(): { expiresAt: Date; provedUntil: Date; idleMs: number } | undefined {
  return useMeQuery().data?.session;
}

/** Of the server, for who is signed in. */
export function useVersion(): string | undefined {
  return useMeQuery().data?.version;
}

/** Where docker looks by itself. */
const OWN_SOCKETS = new Set(['/var/run/docker.sock', '/run/docker.sock']);

/** What a command for this server begins with: it names the socket that docker would not find. */
export function useDocker(): string {
  const socket = useMeQuery().data?.dockerSocket;
  return socket === undefined || OWN_SOCKETS.has(socket) ? 'docker' : `docker -H ${quoteWord(`unix://${socket}`)}`;
}

function hasUser(value: unknown): value is { user: object } {
  return typeof value === 'object' && value !== null && 'user' in value && value.user !== undefined;
}

/** Undecided counts as no: a control appears when the right is known. The server decides again. */
export function useCan(): (permission: string) => boolean {
  const grants: Readonly<Record<string, string | undefined>> | undefined = useMe()?.grants;
  return (permission) => grants?.[permission] !== undefined;
}

/** The same for one object, by who made it. */
export function useCanOn(permission: string, createdBy: string | undefined): boolean {
  const me = useMe();
  const grants: Readonly<Record<string, string | undefined>> | undefined = me?.grants;
  const grant = grants?.[permission];
  return grant === 'all' || (grant === 'own' && me !== undefined && createdBy === me.id);
}
