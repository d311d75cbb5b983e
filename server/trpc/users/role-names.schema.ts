import type { Role } from '#server/access/index.ts';

/**
 * For forms, which cannot read the table of permissions: the same roles in the same order. Without what checks input, which is
 * many times the size of a form.
 */
export const ROLE_NAMES = ['owner', 'admin', 'operator', 'developer', 'viewer'] as const satisfies readonly Role[];
