// Asks a dockerd everything in bad-values.ts and content-types.ts and writes what it answers: node e2e/recorded/record.ts SOCKET
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { busyboxRootfs } from '#engine/testing/busybox-rootfs.ts';
import { answerTo, BAD_REQUESTS, prepare } from './bad-values.ts';
import { answerToTyped, TYPED_REQUESTS } from './content-types.ts';

const [socketPath] = process.argv.slice(2);
if (socketPath === undefined) throw new Error('which socket?');
const client = await prepare(socketPath, await busyboxRootfs());
const lines: string[] = [];
for (const asked of BAD_REQUESTS) {
  const [status, message] = await answerTo(client, asked);
  lines.push(JSON.stringify([asked.line, asked.body ?? null, status, message]));
}
await writeFile(join(import.meta.dirname, 'bad-values.json'), `[\n${lines.join(',\n')}\n]\n`);
const typed: string[] = [];
for (const asked of TYPED_REQUESTS) typed.push(JSON.stringify([asked, ...(await answerToTyped(client, asked))]));
await writeFile(join(import.meta.dirname, 'content-types.json'), `[\n${typed.join(',\n')}\n]\n`);
process.stdout.write(`${lines.length + typed.length} answers\n`);
