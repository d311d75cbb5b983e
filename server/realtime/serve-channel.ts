import { z } from 'zod';
import type { ContainerDetail } from '#engine/containers/index.ts';
import { EngineError } from '#engine/errors/index.ts';
import { assertCan } from '#server/access/index.ts';
import type { AuditResult } from '#server/audit/index.ts';
import { AppError, codeOf, invalidInput, isServerFault, toWireError } from '#server/errors/index.ts';
import type { Environment } from '../environments/index.ts';
import type { Services } from '../trpc/context.ts';
import { type ChannelName, metaOf } from './channels.ts';
import type { LiveSocket } from './sockets.ts';
import { startedEnvironment } from './started-environment.ts';

export const containerTarget = z.strictObject({
  environmentId: z.string().max(64).default('local'),
  containerId: z.string().min(1).max(255),
});

type ContainerTarget = z.output<typeof containerTarget>;

/** What a handler may ask of the gates of its channel. */
interface Gate {
  /**
   * The container this socket asks about, once its actor may; the audit row is written before it is handed out.
   *
   * @throws EngineError `not_found`, `denied`
   */
  open(
    target: ContainerTarget,
    details?: Record<string, unknown>,
  ): Promise<{ environment: Environment; detail: ContainerDetail }>;
  /**
   * The host itself, for who may and gave the password lately; written down first like `open`. A shell that was opened is
   * come back to without the password.
   *
   * @throws EngineError `denied`, `unsupported` while it is switched off; AppError `unauthenticated`
   */
  openHost(opts: { proof: boolean }): Promise<void>;
  /** What is of no object. @throws EngineError `denied` */
  assertMay(): void;
  /** Asks again now and then, until disposed; `end` is called with the refusal when the right is lost. */
  keep(target: ContainerTarget, end: (error: unknown) => void): Disposable;
}

const MAX_UNUSABLE = 100;

/**
 * The one way to hear a message: its permission and audit name come from the table, its input is judged, and a failure is told
 * the client as `failed`, in the one form of errors.
 */
export function serveChannel<I>(
  socket: LiveSocket,
  services: Services,
  name: ChannelName,
  schema: z.ZodType<I>,
  work: (input: I, gate: Gate, reply: (value: unknown) => void) => Promise<void>,
): void {
  const meta = metaOf(name);
  const message = name.slice(name.indexOf(' ') + 1);
  socket.on(message, (input: unknown, reply: unknown) => {
    const answer = typeof reply === 'function' ? (value: unknown) => void reply(value) : () => {};
    const parsed = schema.safeParse(input);
    if (!parsed.success) return refuseInput(socket, parsed.error);
    const record = auditWriter(socket, services, meta.audit);
    const gate = createGate(socket, services, name, record);
    work(parsed.data, gate, answer).catch((error: unknown) => {
      if (isServerFault(error)) services.log.error({ err: error, socket: socket.id }, 'a live channel failed');
      socket.emit('failed', toWireError(error, socket.id));
      record('failed', { code: codeOf(error) }).catch((err: unknown) =>
        services.log.error({ err, socket: socket.id }, 'a failure could not be written down'),
      );
    });
  });
}

/** A page never sends what cannot be read; who does it again and again is cut. */
function refuseInput(socket: LiveSocket, error: z.ZodError): void {
  socket.data.unusable = (socket.data.unusable ?? 0) + 1;
  if (socket.data.unusable > MAX_UNUSABLE) socket.disconnect(true);
  else socket.emit('failed', toWireError(unusable(error), socket.id));
}

function unusable(error: z.ZodError): EngineError {
  return new EngineError('invalid_argument', 'The message has fields that cannot be used', invalidInput(error));
}

interface AuditObject {
  type: string;
  id?: string | undefined;
  name: string;
}

type WriteRow = (result: AuditResult, details?: Record<string, unknown>, object?: AuditObject) => Promise<void>;

/** Writes nothing for channels that only read, and no failure of what was denied or never allowed. */
function auditWriter(socket: LiveSocket, services: Services, action: string | null): WriteRow {
  let allowed: AuditObject | undefined;
  return async (result, details, object = allowed) => {
    if (action === null || (result === 'failed' && allowed === undefined)) return;
    await services.audit.append({
      requestId: socket.id,
      environmentId: 'local',
      actor: socket.data.actor,
      address: socket.handshake.address.replace(/^::ffff:/, ''),
      action,
      object,
      result,
      details,
    });
    if (result === 'allowed') allowed = object;
  };
}

function createGate(socket: LiveSocket, services: Services, name: ChannelName, record: WriteRow): Gate {
  const { permission } = metaOf(name);
  const find = async (target: ContainerTarget) => {
    const environment = await startedEnvironment(services, target.environmentId);
    return { environment, detail: await environment.containers.inspect(target.containerId) };
  };
  return {
    async open(target, details) {
      const found = await find(target);
      const { detail } = found;
      const object = { type: 'container', id: detail.id, name: detail.name };
      try {
        assertCan(socket.data.actor, permission, { createdBy: detail.createdBy });
      } catch (error) {
        await record('denied', { ...details, code: codeOf(error) }, object);
        throw error;
      }
      await record('allowed', details, object);
      return found;
    },
    assertMay: () => assertCan(socket.data.actor, permission),
    async openHost({ proof }) {
      const { hostTerminals, auth } = services;
      const { actor } = socket.data;
      const object = { type: 'host', name: hostTerminals.hostname };
      try {
        assertCan(actor, permission);
        hostTerminals.assertEnabled();
        if (proof && !(await auth.sessions.check(actor.sessionId))?.recentlyProved) {
          throw new AppError('unauthenticated', 'This asks for the password once more', { reason: 'proof_needed' });
        }
      } catch (error) {
        await record('denied', { code: codeOf(error) }, object);
        throw error;
      }
      await record('allowed', {}, object);
    },
    keep(target, end) {
      const subscription = {
        async recheck() {
          try {
            const { detail } = await find(target);
            assertCan(socket.data.actor, permission, { createdBy: detail.createdBy });
          } catch (error) {
            // A database that is busy says nothing about rights; the next look will.
            if (isServerFault(error)) return services.log.error({ err: error, socket: socket.id }, 'not asked again');
            socket.data.kept.delete(subscription);
            socket.emit('failed', toWireError(error, socket.id));
            end(error);
          }
        },
      };
      socket.data.kept.add(subscription);
      return { [Symbol.dispose]: () => void socket.data.kept.delete(subscription) };
    },
  };
}
