import { setTimeout as delay } from 'node:timers/promises';
import { busyboxRootfs } from '#engine/testing/busybox-rootfs.ts';
import type { ApiClient } from '../api-client.ts';
import type { DavitProcess } from '../davit-process.ts';

/** An image to run. */
export async function importRootfs(
  api: ApiClient,
  davit: Pick<DavitProcess, 'url'>,
  reference: string,
): Promise<{ imageId: string }> {
  await api.send(`${davit.url}/api/uploads/images/import?reference=${reference}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-tar' },
    body: new Uint8Array(await busyboxRootfs()),
  });
  for (;;) {
    const image = (await api.trpc.images.list.query({})).find(({ references }) => references.includes(reference));
    if (image !== undefined) return { imageId: image.id };
    const [operation] = await api.trpc.operations.list.query({ limit: 1 });
    if (operation?.error !== undefined) throw new Error(operation.error.message);
    await delay(50);
  }
}
