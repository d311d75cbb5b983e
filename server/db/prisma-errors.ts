import { Prisma } from '#prisma';

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === code;
}

/** A row with this key exists already. */
export function isUniqueViolation(error: unknown): boolean {
  return hasCode(error, 'P2002');
}

/** The row that this one names does not exist. */
export function isForeignKeyViolation(error: unknown): boolean {
  return hasCode(error, 'P2003');
}

/** The row to change or remove does not exist. */
export function isMissingRow(error: unknown): boolean {
  return hasCode(error, 'P2025');
}
