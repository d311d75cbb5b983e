// After a build: scripts and styles of the dashboard in the smallest form that browsers read, beside each file.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** Below this a packet is a packet. */
const LEAST_BYTES = 200;
const folder = join(import.meta.dirname, '../.next/static');

const names = (await readdir(folder, { recursive: true })).filter((name) => /\.(js|css)$/.test(name));
await Promise.all(
  names.map(async (name) => {
    const path = join(folder, name);
    const bytes = await readFile(path);
    if (bytes.length < LEAST_BYTES) return;
    const [br, gz] = await Promise.all([
      promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
      promisify(gzip)(bytes, { level: 9 }),
    ]);
    await Promise.all([writeFile(`${path}.br`, br), writeFile(`${path}.gz`, gz)]);
  }),
);
