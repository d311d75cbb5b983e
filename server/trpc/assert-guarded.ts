import { PERMISSIONS } from '#server/access/index.ts';
import type { AppRouter } from './router.ts';

const PUBLIC = new Set(['session.me', 'session.signIn', 'session.setup']);

/** Every procedure names its permission and its audit; one that changes something and is not audited is a mistake. */
export function assertGuarded(router: { _def: { procedures: AppRouter['_def']['procedures'] } }): void {
  for (const [path, procedure] of Object.entries<unknown>(router._def.procedures)) {
    const problem = problemOf(path, procedure);
    if (problem !== undefined) throw new Error(`Procedure ${path} ${problem}`);
  }
}

function problemOf(path: string, procedure: unknown): string | undefined {
  const { meta, type } = (procedure as { _def: { meta?: { permission?: string; audit?: unknown }; type: string } })
    ._def;
  if (meta?.permission === undefined) return 'has no permission';
  if (meta.permission === 'public') return PUBLIC.has(path) ? undefined : 'must not be public';
  if (!PERMISSIONS.some((known) => known === meta.permission)) return `names no permission: ${meta.permission}`;
  if (type === 'mutation' && typeof meta.audit !== 'string') return 'changes something without an audit name';
  return undefined;
}
