import { z } from 'zod';
import type { ContainerDetail } from '#engine/containers/index.ts';
import { assertCan, type Permission } from '#server/access/index.ts';
import { isServerFault, toWireError } from '#server/errors/index.ts';
import type { Environment } from '../environments/index.ts';
import type { Services } from '../trpc/context.ts';
import type { LiveSocket } from './sockets.ts';

export const containerTarget = z.object({
  environmentId: z.string().max(64).default('local'),
  containerId: z.string().min(1).max(255),
});

/** The container a socket asks about, once this actor may. @throws EngineError `not_found`, `denied` */
export async function openContainer(
  socket: LiveSocket,
  services: Services,
  target: z.output<typeof containerTarget>,
  permission: Permission,
): Promise<{ environment: Environment; detail: ContainerDetail }> {
  const environment = services.environments.get(target.environmentId);
  const detail = await environment.containers.inspect(target.containerId);
  assertCan(socket.data.actor, permission, { createdBy: detail.createdBy });
  return { environment, detail };
}

/** A handler whose failure the client is told as `failed`, in the one form of errors. */
export function guarded<I>(
  socket: LiveSocket,
  services: Services,
  schema: z.ZodType<I>,
  work: (input: I, reply: (value: unknown) => void) => Promise<void>,
): (input: unknown, reply?: unknown) => void {
  return (input, reply) => {
    const answer = typeof reply === 'function' ? (value: unknown) => void reply(value) : () => {};
    const parsed = schema.safeParse(input);
    if (!parsed.success) return void socket.emit('failed', { code: 'invalid_argument', reason: 'invalid_input' });
    work(parsed.data, answer).catch((error: unknown) => {
      if (isServerFault(error)) services.log.error({ err: error, socket: socket.id }, 'a live channel failed');
      socket.emit('failed', toWireError(error, socket.id));
    });
  };
}
