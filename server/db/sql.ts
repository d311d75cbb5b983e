import { Prisma } from '#prisma';

/** A part of a query, with its parameters apart from its text: for what the typed client cannot ask. */
export type Sql = Prisma.Sql;

export const { sql, join: joinSql, raw: rawSql } = Prisma;
