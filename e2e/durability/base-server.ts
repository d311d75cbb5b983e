import { busyboxRootfs } from '#engine/testing/busybox-rootfs.ts';
import { type DavitProcess, startDavit } from '../davit-process.ts';
import { type Ask, askSocket, type Tell, tellSocket } from '../socket-client.ts';

export interface BaseServer extends AsyncDisposable {
  davit: DavitProcess;
  ask: Ask;
  tell: Tell;
}

/** A server that takes orders by its socket and has the image `base:1`. */
export async function startBaseServer(opts: Parameters<typeof startDavit>[0] = {}): Promise<BaseServer> {
  await using stack = new AsyncDisposableStack();
  const davit = stack.use(await startDavit(opts));
  const socket = `${davit.runRoot}/docker.sock`;
  const ask = askSocket(socket);
  await ask('POST', '/images/create?fromSrc=-&repo=base&tag=1', await busyboxRootfs());
  const owned = stack.move();
  return { davit, ask, tell: tellSocket(socket), [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Creates and starts a container. */
export async function startContainer(
  ask: Ask,
  name: string,
  cmd: readonly string[],
  more: object = {},
): Promise<string> {
  const created = await ask('POST', `/containers/create?name=${name}`, { Image: 'base:1', Cmd: cmd, ...more });
  const { Id: id } = JSON.parse(created) as { Id: string };
  await ask('POST', `/containers/${id}/start`);
  return id;
}

/** What a container wrote to its output so far, without the frames of the API. */
export async function logsOf(ask: Ask, ref: string): Promise<string> {
  const framed = Buffer.from(await ask('GET', `/containers/${ref}/logs?stdout=1&stderr=1`), 'latin1');
  return framed.toString('latin1');
}
