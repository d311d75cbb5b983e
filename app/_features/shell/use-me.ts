import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../../_lib/trpc.ts';

/** Who is signed in, with the permissions that decide which controls exist. */
export function useMe() {
  const trpc = useTRPC();
  return useQuery(trpc.session.me.queryOptions({}, { staleTime: 60_000 })).data?.user;
}

/** Undecided counts as no: a control appears when the right is known. The server decides again. */
export function useCan(): (permission: string) => boolean {
  const grants: Readonly<Record<string, string | undefined>> | undefined = useMe()?.grants;
  return (permission) => grants?.[permission] !== undefined;
}
