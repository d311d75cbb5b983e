import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ApiClient, createApiClient } from './api-client.ts';
import type { DavitProcess } from './davit-process.ts';

/**
 * Makes the first account and signs it in, as the page of the setup does: `./davit admin` takes a second and a half of a core
 * for either.
 */
export async function setUpOwner(
  { url, dataRoot }: Pick<DavitProcess, 'url' | 'dataRoot'>,
  name: string,
  password: string,
): Promise<ApiClient> {
  const api = createApiClient(url);
  const code = (await readFile(join(dataRoot, 'setup-code'), 'utf8')).trim();
  await api.trpc.session.setup.mutate({ code, name, password });
  return api;
}
