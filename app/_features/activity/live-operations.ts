import type { QueryClient } from '@tanstack/react-query';
import type { Operation, OperationPage as Page, useTRPC } from '../../_lib/trpc.ts';

/** An operation as it comes over the live channel: JSON, so its dates are texts. */
type Told = Dated<Omit<Operation, 'steps'>> & { steps: Dated<Operation['steps'][number]>[] };
type Dated<Part> = Omit<Part, 'startedAt' | 'finishedAt'> & { startedAt: string; finishedAt?: string | null };

/**
 * Puts what the live channel tells into the data shown, without asking the server again for each quarter second of
 * progress. False when a list has to be asked again: an operation began or ended.
 */
export function applyOperation(queries: QueryClient, trpc: ReturnType<typeof useTRPC>, told: unknown): boolean {
  if (!isTold(told)) return false;
  const operation: Operation = { ...withDates(told), steps: told.steps.map(withDates) };
  let known = false;
  queries.setQueriesData<Operation[]>(trpc.operations.list.pathFilter(), (list) => {
    known ||= list?.some(({ id }) => id === operation.id) ?? false;
    return list?.map((old) => (old.id === operation.id ? operation : old));
  });
  // Older ones are over, and change no more.
  const pages = { ...trpc.operations.page.pathFilter(), predicate: isOnePage };
  queries.setQueriesData<Page>(pages, (page) => {
    known ||= page?.operations.some(({ id }) => id === operation.id) ?? false;
    return page && { ...page, operations: page.operations.map((old) => (old.id === operation.id ? operation : old)) };
  });
  queries.setQueriesData<Operation>(trpc.operations.get.pathFilter(), (old) =>
    old?.id === operation.id ? operation : old,
  );
  return known && operation.finishedAt === undefined;
}

function isOnePage({ queryKey: [, asked] }: { queryKey: readonly unknown[] }): boolean {
  return typeof asked === 'object' && asked !== null && 'type' in asked && asked.type === 'query';
}

const MAKING_IMAGES: ReadonlySet<unknown> = new Set(['image.import', 'image.load', 'container.commit']);

/** Whether what the live channel tells is the end of work that makes images. */
export function madeImage(told: unknown): boolean {
  return isTold(told) && Boolean(told.finishedAt) && MAKING_IMAGES.has(told.kind);
}

function withDates<Part extends Dated<object>>(part: Part) {
  const { startedAt, finishedAt } = part;
  return { ...part, startedAt: new Date(startedAt), finishedAt: finishedAt ? new Date(finishedAt) : undefined };
}

function isTold(told: unknown): told is Told {
  return typeof told === 'object' && told !== null && 'id' in told && 'startedAt' in told && 'kind' in told;
}
