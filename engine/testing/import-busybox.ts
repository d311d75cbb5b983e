import { Readable } from 'node:stream';
import type { Engine } from '../system/engine.ts';
import { busyboxRootfs } from './busybox-rootfs.ts';

/** Gives the engine its only image, `busybox:test`. */
export async function importBusybox(engine: Engine): Promise<void> {
  const source = Readable.from([await busyboxRootfs()]);
  await engine.images.import({ source, reference: 'busybox:test', changes: ['CMD ["sh"]'] });
}
