// A server for the tests of SDKs: the image `base:1` is there, brought by the library that most of them stand on.
import { Readable } from 'node:stream';
import Dockerode from 'dockerode';
import { busyboxRootfs } from '#engine/testing/busybox-rootfs.ts';
import { startDavit } from '../davit-process.ts';

/** Ended and removed by `await using`. */
export async function startSdkServer() {
  await using stack = new AsyncDisposableStack();
  const davit = stack.use(await startDavit({ pools: 3 }));
  const socketPath = `${davit.runRoot}/docker.sock`;
  const docker = new Dockerode({ socketPath });
  const progress = await docker.importImage(Readable.from([await busyboxRootfs()]), {
    repo: 'base',
    tag: '1',
    changes: 'CMD ["sleep","600"]',
  });
  await endOf(progress);
  const owned = stack.move();
  return { docker, socketPath, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** What a stream of text says until it ends. */
export async function endOf(stream: NodeJS.ReadableStream): Promise<string> {
  const parts: Buffer[] = [];
  for await (const chunk of stream) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts).toString();
}
