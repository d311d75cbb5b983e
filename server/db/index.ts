export { Backlog, type LateWrites, NO_BACKLOG } from './backlog.ts';
export { whatIsWrong } from './check-database.ts';
export { copyDatabase, sealCopy } from './copy-database.ts';
export { findCopies, keepCopies } from './good-copies.ts';
export { withoutSync } from './log-sync.ts';
export { type Db, type DbTransaction, openDatabase } from './open-database.ts';
export { isForeignKeyViolation, isMissingRow, isUniqueViolation } from './prisma-errors.ts';
export { Reserve } from './reserve.ts';
export { joinSql, rawSql, type Sql, sql } from './sql.ts';
