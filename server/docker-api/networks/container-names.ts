import type { Environment } from '../../environments/index.ts';

/** Names of all containers by id. */
export async function containerNames({ containers }: Environment): Promise<ReadonlyMap<string, string>> {
  const list = await containers.list({ all: true });
  return new Map(list.map(({ id, name }) => [id, name]));
}
