import type { Caller } from '#engine/events/index.ts';
import type { Actor } from '../access/index.ts';

/** Who asked for an operation of the dashboard, as events tell it. */
export function fromDashboard({ id, name }: Actor, operationId?: string): Caller {
  return { id, name, entrance: 'ui', operationId };
}
