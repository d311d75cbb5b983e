import { EngineError } from '#engine/errors/index.ts';
import { readJson } from '../json-body.ts';
import type { DockerCall } from '../route.ts';

/** Registries are not asked yet: the answer says so instead of taking any password for right. */
export async function checkLogin(call: DockerCall): Promise<void> {
  const body = await readJson(call);
  const address = body.text('serveraddress') || 'https://index.docker.io/v1/';
  throw new EngineError('unavailable', `Davit cannot sign in to a registry yet: ${address} was not asked`, {
    reason: 'registry_login_missing',
  });
}
