import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { errnoOf } from '#engine/errors/index.ts';
import { writeFileAtomic } from '#engine/lib/index.ts';

const schema = z.object({
  id: z.string().regex(/^[0-9a-f]{64}$/),
  /** Made by the page that opened it; undefined for none. */
  key: z.string().optional(),
  environmentId: z.string(),
  containerId: z.string(),
  containerName: z.string(),
  ownerId: z.string(),
  /** In which session it was opened. */
  sessionId: z.string().optional(),
  args: z.array(z.string()),
  user: z.string().optional(),
  workdir: z.string().optional(),
  /** What its user calls it. */
  title: z.string().optional(),
  startedAt: z.coerce.date(),
});

/** Whose a terminal is: what its exec session does not know. */
export type TerminalRecord = z.output<typeof schema>;

/** One file a terminal, so that a server that was started anew knows whose they are. Like the terminals gone with a reboot. */
export class TerminalRecords {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async list(): Promise<TerminalRecord[]> {
    const names = await readdir(this.#folder).catch((error: unknown) => {
      // Before the first one there is no folder.
      if (errnoOf(error) === 'ENOENT') return [];
      throw error;
    });
    const files = names.filter((name) => /^[0-9a-f]{64}$/.test(name));
    return Promise.all(
      files.map(async (name) => schema.parse(JSON.parse(await readFile(join(this.#folder, name), 'utf8')))),
    );
  }

  async save(record: TerminalRecord): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeFileAtomic(join(this.#folder, record.id), JSON.stringify(record), { mode: 0o600 });
  }

  async remove(id: string): Promise<void> {
    await rm(join(this.#folder, id), { force: true });
  }
}
