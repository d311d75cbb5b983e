import { joinSql, rawSql, type Sql, sql } from '../db/index.ts';
import type { OperationFilter } from './operations.ts';

/**
 * The filter as a condition over the columns of `Operation`. Written out, as Prisma's `contains` reads `_` and `%` of what is
 * searched as signs that stand for others. Letters of other scripts than Latin count as they are written.
 */
export function toWhere({ environmentId, actorName, states, kinds, object, words = [] }: OperationFilter): Sql {
  const conditions = [
    environmentId === undefined ? [] : [sql`environmentId = ${environmentId}`],
    actorName === undefined ? [] : [sql`actorName = ${actorName}`],
    states === undefined ? [] : [isIn('state', states)],
    kinds === undefined ? [] : [isIn('kind', kinds)],
    object === undefined ? [] : [ofObject(object)],
    words.map(ofWord),
  ].flat();
  return conditions.length === 0 ? sql`TRUE` : joinSql(conditions, ' AND ');
}

/** That an operation comes after the one with this id, as lists have them. */
export function follows(after: string | undefined): Sql {
  if (after === undefined) return sql`TRUE`;
  const last = (column: Sql) => sql`(SELECT ${column} FROM Operation AS last WHERE last.id = ${after})`;
  const startedAt = last(sql`last.startedAt`);
  return sql`(startedAt < ${startedAt} OR startedAt = ${startedAt} AND id > ${after})`;
}

/** A list is one parameter, of whatever length. */
function isIn(column: 'state' | 'kind', values: readonly string[]): Sql {
  return sql`${rawSql(column)} IN (SELECT value FROM json_each(${JSON.stringify(values)}))`;
}

function ofObject({ type, key, id }: NonNullable<OperationFilter['object']>): Sql {
  const alone = sql`objectType = ${type} AND ${key} IN (objectName, objectId)`;
  if (type !== 'container') return sql`(${alone})`;
  // As one of many it has a part with its name once the operation is over; from the beginning it is in what was asked.
  const names = sql`SELECT value ->> 'name' FROM json_each(stepsJson, '$.steps')`;
  const asked = sql`SELECT value FROM json_each(requestJson, '$.containerIds') WHERE value IN (${key}, ${id ?? null})`;
  return sql`(${alone} OR kind GLOB 'containers.*' AND (${key} IN (${names}) OR EXISTS (${asked})))`;
}

function ofWord({ text, kinds }: { text: string; kinds: readonly string[] }): Sql {
  const columns = ['objectName', 'objectId', 'actorName', 'kind'].map(rawSql);
  const found = columns.map((column) => sql`instr(lower(${column}), lower(${text})) > 0`);
  return sql`(${joinSql([...found, isIn('kind', kinds)], ' OR ')})`;
}
