export {
  type Db,
  type DbTransaction,
  type OpenDatabase,
  type OpenDatabaseOptions,
  openDatabase,
} from './open-database.ts';
export { isForeignKeyViolation, isMissingRow, isUniqueViolation } from './prisma-errors.ts';
