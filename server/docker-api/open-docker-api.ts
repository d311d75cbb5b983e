import type { Engine } from '#engine/index.ts';
import { systemClock } from '#engine/lib/index.ts';
import type { Config } from '../config/index.ts';
import { prepareDockerTls, renewEvery } from '../tls/index.ts';
import { openTcpListener } from './open-tcp-listener.ts';
import { openUnixSocket } from './open-unix-socket.ts';
import type { DockerServices } from './route.ts';

interface DockerApiOptions {
  config: Config;
  services: DockerServices;
  engine: Pick<Engine, 'peerCredentials'>;
  /** Where our own authorities keep their keys. */
  tlsFolder: string;
}

/**
 * The ways in for docker clients. To be opened when the engine is ready, because they do not wait. Without one of them the other
 * still works, and so does the dashboard: the log says what is wrong with the one that is closed.
 */
export async function openDockerApi(opts: DockerApiOptions): Promise<AsyncDisposable> {
  const { config, services, engine, tlsFolder } = opts;
  const { log } = services;
  const { dockerSocket: path, dockerTcp: listen } = config;
  await using opening = new AsyncDisposableStack();
  const attempt = async (what: string, open: () => Promise<AsyncDisposable>) => {
    try {
      opening.use(await open());
    } catch (err) {
      log.error({ err, what }, 'a way in for docker clients could not be opened');
    }
  };
  if (path !== undefined) await attempt(path, () => openUnixSocket({ path, services, engine, log }));
  if (listen !== undefined) {
    await attempt(`${listen.host}:${listen.port}`, async () => {
      const prepare = () => prepareDockerTls(config, tlsFolder, systemClock);
      const listener = await openTcpListener({ listen, tls: await prepare(), services, log });
      opening.use(renewEvery(async () => listener.renew(await prepare()), log));
      process.stdout.write(`Docker clients with a token or certificate: tcp://${listener.address} with TLS\n`);
      return listener;
    });
  }
  const opened = opening.move();
  return { [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
