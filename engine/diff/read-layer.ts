import { open } from 'node:fs/promises';
import { detectCompression, MAGIC_BYTES } from './compression.ts';
import { startDecoder } from './decode-stream.ts';

/**
 * Gives `consume` the uncompressed tar of a stored layer, whatever its bytes say they are.
 *
 * @throws EngineError `data_corrupt` when the bytes cannot be decompressed to their end
 */
export async function readLayerTar(
  path: string,
  consume: (chunks: AsyncIterable<Buffer>) => Promise<void>,
): Promise<void> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(MAGIC_BYTES), 0, MAGIC_BYTES, 0);
  const compression = detectCompression(buffer.subarray(0, bytesRead));
  const source = file.createReadStream({ start: 0, highWaterMark: 1 << 18, autoClose: false });
  await startDecoder(compression)(source, consume);
}
