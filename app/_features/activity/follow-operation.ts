import { hashKey, type QueryClient } from '@tanstack/react-query';
import type { Operation, useTRPC } from '../../_lib/trpc.ts';
import { isActive } from './operation-state.ts';

interface Followed {
  queries: QueryClient;
  trpc: ReturnType<typeof useTRPC>;
  operationId: string;
}

/** Where the live channel is cut, the server is asked. */
const ASK_AGAIN_MS = 3_000;

/**
 * The operation when it is over. What the live channel tells of it comes by the data shown, as on its page.
 *
 * @param onChange told of each state of it that is seen, the last one included
 */
export async function followOperation(
  { queries, trpc, operationId }: Followed,
  onChange: (operation: Operation) => void,
): Promise<Operation> {
  const query = trpc.operations.get.queryOptions({ operationId }, { staleTime: 0 });
  const hash = hashKey(query.queryKey);
  const { promise: over, resolve } = Promise.withResolvers<Operation>();
  const look = (operation: Operation | undefined) => {
    if (operation === undefined) return;
    onChange(operation);
    if (!isActive(operation)) resolve(operation);
  };
  // What changes while the first answer is on its way is heard.
  const stop = queries.getQueryCache().subscribe(({ type, query: changed }) => {
    if (type === 'updated' && changed.queryHash === hash) look(changed.state.data as Operation);
  });
  // A question that was not answered is asked again with the next one.
  const ask = () => queries.fetchQuery(query).then(look, () => undefined);
  const timer = setInterval(() => void ask(), ASK_AGAIN_MS);
  try {
    look(await queries.fetchQuery(query));
    return await over;
  } finally {
    clearInterval(timer);
    stop();
  }
}
