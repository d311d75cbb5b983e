import { z } from 'zod';
import { EngineError } from '#engine/errors/index.ts';
import type { ExecId } from '#engine/lib/index.ts';
import type { TerminalSession, Terminals } from '../terminals/index.ts';
import type { Services } from '../trpc/context.ts';
import { containerTarget, serveChannel } from './serve-channel.ts';
import type { LiveNamespace, LiveSocket } from './sockets.ts';
import { startedEnvironment } from './started-environment.ts';
import { WindowedSender } from './windowed-sender.ts';

const size = { rows: z.number().int().min(1).max(1000), columns: z.number().int().min(1).max(1000) };
const createInput = containerTarget.extend({
  args: z.array(z.string().max(4096)).min(1).max(64),
  user: z.string().max(256).optional(),
  workdir: z.string().max(4096).regex(/^\//, 'absolute').optional(),
  /** Asking again with it opens no second one. */
  key: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
  ...size,
});
const hostInput = z.strictObject({ key: createInput.shape.key, ...size });
const attachInput = z.strictObject({ terminalId: z.string().regex(/^[0-9a-f]{64}$/) });
const resizeInput = z.strictObject(size);
/** Who keeps account of what is on a screen. */
type Shown = Pick<Terminals, 'view' | 'noteInput'>;

const empty = z.unknown();
/** All of it is drawn before the answer to Ctrl+C is seen, so it is little. */
const WINDOW_BYTES = 128 * 1024;

/**
 * Namespace `/terminal`, one terminal a socket. Client: `create {…} → {terminalId,
 * replayBytes}`, `attach {terminalId} → {terminalId,
  replayBytes}`; `host {…}` and `host_attach {terminalId}` the same for shells on the host; `input bytes → ()`, `resize {rows, columns}`, `end`. Server: `data seq, bytes, ack` beginning with the replay,
 * `exit {exitCode}`, `failed`.
 * Leaving ends nothing: the process is the shim's, and the next one to attach sees the last 256 KiB.
 */
export function serveTerminals(space: LiveNamespace, services: Services): void {
  const { terminals, hostTerminals } = services;
  space.on('connection', (socket: LiveSocket) => {
    let left = new AbortController();
    let current: TerminalSession | undefined;
    let owner: Shown = terminals;
    socket.on('disconnect', () => left.abort());

    async function show(session: TerminalSession, own: Shown, keep: (end: () => void) => Disposable): Promise<void> {
      // Gone while it was opened: nobody would ever end the view, and what it does not draw would hold up the others.
      if (!socket.connected) return;
      left.abort();
      const aborter = new AbortController();
      left = aborter;
      const { signal } = aborter;
      current = session;
      owner = own;
      using _viewer = own.view(session.id);
      // Whoever lost the right types nothing more, and sees nothing more.
      using _kept = keep(() => {
        if (current === session) current = undefined;
        aborter.abort();
      });
      using sender = new WindowedSender(socket, 'data', WINDOW_BYTES);
      signal.addEventListener('abort', () => sender[Symbol.dispose](), { once: true });
      for await (const chunk of session.watch(signal)) await sender.push(chunk);
      sender.flush();
      if (!signal.aborted) socket.emit('exit', { exitCode: (await session.exited)?.exitCode });
    }

    serveChannel(socket, services, '/terminal create', createInput, async (input, gate, reply) => {
      const { args, user, workdir, rows, columns, key, ...target } = input;
      const { actor } = socket.data;
      const { detail } = await gate.open(target, { command: args.join(' ') });
      const container = { id: detail.id, name: detail.name };
      const { environmentId } = target;
      const program = { args, user, workdir };
      const session = await terminals.create({ environmentId, container, actor, ...program, rows, columns, key });
      reply({ terminalId: session.id, replayBytes: terminals.wasSeen(session.id) ? session.replayBytes : 0 });
      await show(session, terminals, (end) => gate.keep({ ...target, containerId: detail.id }, end));
    });
    serveChannel(socket, services, '/terminal attach', attachInput, async ({ terminalId }, gate, reply) => {
      const environment = await startedEnvironment(services, 'local');
      const info = await environment.containers.inspectExec(terminalId as ExecId);
      const target = { environmentId: environment.id, containerId: info.containerId };
      await gate.open(target);
      const session = await terminals.open(environment, info.id);
      reply({ terminalId: info.id, replayBytes: session.replayBytes });
      await show(session, terminals, (end) => gate.keep(target, end));
    });
    // Its session is all it needs to go on, and with that the socket is cut.
    const withSession = () => new DisposableStack();
    serveChannel(socket, services, '/terminal host', hostInput, async ({ rows, columns, key }, gate, reply) => {
      await gate.openHost({ proof: true });
      const { actor } = socket.data;
      const address = socket.handshake.address.replace(/^::ffff:/, '');
      const session = await hostTerminals.create({ actor, address, rows, columns, key });
      reply({ terminalId: session.id, replayBytes: 0 });
      await show(session, hostTerminals, withSession);
    });
    serveChannel(socket, services, '/terminal host_attach', attachInput, async ({ terminalId }, gate, reply) => {
      await gate.openHost({ proof: false });
      const session = hostTerminals.open(socket.data.actor, terminalId);
      reply({ terminalId, replayBytes: session.replayBytes });
      await show(session, hostTerminals, withSession);
    });
    const session = (): TerminalSession => {
      if (current !== undefined) return current;
      throw new EngineError('conflict', 'No terminal is open here', { reason: 'no_terminal' });
    };
    const inputBytes = z.union([
      z
        .string()
        .max(65_536)
        .transform((text) => Buffer.from(text)),
      z.instanceof(Buffer),
    ]);
    serveChannel(socket, services, '/terminal input', inputBytes as z.ZodType<Buffer>, async (bytes, _gate, reply) => {
      owner.noteInput(session().id);
      await session().write(bytes);
      reply(true);
    });
    serveChannel(socket, services, '/terminal resize', resizeInput, async ({ rows, columns }) => {
      terminals.noteSize(session().id, { rows, columns });
      session().resize(rows, columns);
    });
    serveChannel(socket, services, '/terminal end', empty, async () => session().end());
  });
}
