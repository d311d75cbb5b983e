import type { Prisma } from '#prisma';
import type { OperationFilter } from './operations.ts';

/** The filter as the database reads it. Letters of other scripts than Latin count as they are written. */
export function toWhere(filter: OperationFilter): Prisma.OperationWhereInput {
  const { states, kinds, object, words = [], ...exact } = filter;
  return {
    ...exact,
    ...(states && { state: { in: [...states] } }),
    ...(kinds && { kind: { in: [...kinds] } }),
    AND: [...(object === undefined ? [] : [{ OR: ofObject(object) }]), ...words.map((word) => ({ OR: ofWord(word) }))],
  };
}

function ofObject({ type, key, id }: NonNullable<OperationFilter['object']>): Prisma.OperationWhereInput[] {
  const alone = { objectType: type, OR: [{ objectName: key }, { objectId: key }] };
  if (type !== 'container') return [alone];
  // As one of many it has a part with its name once the operation is over; from the beginning its id is in what was asked.
  const many = { kind: { startsWith: 'containers.' } };
  return [
    alone,
    { ...many, stepsJson: { contains: `"name":${JSON.stringify(key)}` } },
    ...(id === undefined ? [] : [{ ...many, requestJson: { contains: id } }]),
  ];
}

function ofWord({ text, kinds }: { text: string; kinds: readonly string[] }): Prisma.OperationWhereInput[] {
  const contains = { contains: text };
  return [
    { objectName: contains },
    { objectId: contains },
    { actorName: contains },
    { kind: contains },
    { kind: { in: [...kinds] } },
  ];
}
