import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../../../_lib/trpc.ts';
import { useCan } from '../../shell/use-me.ts';
import type { FieldKey } from './create-form.ts';
import { tryParseSize } from './parse-size.ts';

/** The memory of the host in bytes, where this limit is more than that: it is allowed and limits nothing. */
export function useBeyondHost(name: FieldKey, text: string): number | undefined {
  const asked = tryParseSize(text);
  const mayLook = useCan()('host:view');
  const { data } = useQuery(
    useTRPC().host.info.queryOptions(
      {},
      { staleTime: Number.POSITIVE_INFINITY, enabled: mayLook && name === 'memory' && asked !== undefined },
    ),
  );
  if (name !== 'memory' || asked === undefined || data === undefined) return undefined;
  return asked > data.memoryBytes ? data.memoryBytes : undefined;
}
