import type { $ZodType } from 'zod/v4/core';
import { PERMISSIONS } from '#server/access/index.ts';
import { isStrict, objectsOf } from './objects-of.ts';
import type { AppRouter } from './router.ts';

const PUBLIC = new Set(['session.me', 'session.signIn', 'session.setup']);

interface Definition {
  meta?: { permission?: string; audit?: unknown };
  type: string;
  inputs: readonly $ZodType[];
}

/**
 * Every procedure names its permission and its audit; one that changes something and is not audited is a mistake. So is one that
 * drops fields it does not name: what somebody misspelt would be done without a word.
 */
export function assertGuarded(router: { _def: { procedures: AppRouter['_def']['procedures'] } }): void {
  for (const [path, procedure] of Object.entries<unknown>(router._def.procedures)) {
    const problem = problemOf(path, procedure);
    if (problem !== undefined) throw new Error(`Procedure ${path} ${problem}`);
  }
}

function problemOf(path: string, procedure: unknown): string | undefined {
  const { meta, type, inputs } = (procedure as { _def: Definition })._def;
  if (meta?.permission === undefined) return 'has no permission';
  const open = inputs.flatMap((input) => objectsOf(input)).find(({ schema }) => !isStrict(schema));
  if (open !== undefined) return `takes fields that it does not name, at "${open.path.join('.')}"`;
  if (meta.permission === 'public') return PUBLIC.has(path) ? undefined : 'must not be public';
  if (!PERMISSIONS.some((known) => known === meta.permission)) return `names no permission: ${meta.permission}`;
  if (type === 'mutation' && typeof meta.audit !== 'string') return 'changes something without an audit name';
  return undefined;
}
