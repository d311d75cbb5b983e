import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** An answer of dockerd 28.5.2 as it was recorded, with paths and host name replaced. */
export async function golden<T>(name: string): Promise<T> {
  const text = await readFile(join(import.meta.dirname, 'golden', `${name}.json`), 'utf8');
  const recorded: { body?: T; events?: T } = JSON.parse(text);
  const found = recorded.body ?? recorded.events;
  if (found === undefined) throw new Error(`The recording ${name} has neither body nor events`);
  return found;
}
