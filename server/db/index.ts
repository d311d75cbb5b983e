export { type Db, type DbTransaction, openDatabase } from './open-database.ts';
export { isForeignKeyViolation, isMissingRow, isUniqueViolation } from './prisma-errors.ts';
