import { can } from './can.ts';
import type { Actor } from './roles.ts';

/** Stands for a value that is there but not for these eyes. */
export const MASK = '********';

/** A container as record, summary or detail: the parts that may hold secrets are optional. */
interface WithSecrets {
  createdBy?: string | undefined;
  config?: { env?: readonly string[] };
  process?: { env?: readonly string[] };
}

/** The third gate: the same object without what this actor may not read. Names of variables stay, values go. */
export function redact<T extends WithSecrets>(actor: Actor | undefined, object: T): T {
  if (can(actor, 'container:env-read', { createdBy: object.createdBy })) return object;
  const copy = { ...object };
  if (copy.config?.env !== undefined) copy.config = { ...copy.config, env: maskValues(copy.config.env) };
  if (copy.process?.env !== undefined) copy.process = { ...copy.process, env: maskValues(copy.process.env) };
  return copy;
}

function maskValues(env: readonly string[]): string[] {
  return env.map((entry) => (entry.includes('=') ? `${entry.slice(0, entry.indexOf('='))}=${MASK}` : entry));
}
