import { EngineError } from '#engine/errors/index.ts';
import { sendJson } from '../answer.ts';
import { badRequest } from '../docker-error.ts';
import { reachRegistry } from '../images/remote-images.ts';
import { readJson } from '../json-body.ts';
import type { DockerCall } from '../route.ts';

const HUB = 'docker.io';

/**
 * `POST /auth`. A registry out of reach is told as dockerd does, one that asks nobody lets everybody in; a password cannot be
 * checked yet, and none is taken for right.
 */
export async function checkLogin(call: DockerCall): Promise<void> {
  const body = await readJson(call);
  const address = body.text('serveraddress') || HUB;
  const [host = HUB] = address.replace(/^https?:\/\//, '').split('/');
  // A space at the very end would be cut off as harmless, and stand in the middle of what is asked.
  if (!URL.canParse(`https://${host}/v2/`))
    throw badRequest(`unable to parse server address: ${address}`, 'address_invalid');
  const answer = await reachRegistry(call, host === 'index.docker.io' || host === 'registry-1.docker.io' ? HUB : host);
  if (answer === 'open') return sendJson(call.res, 200, { Status: 'Login Succeeded', IdentityToken: '' });
  throw new EngineError(
    'unsupported',
    `Davit cannot sign in to a registry yet: the password for ${host} was not tried`,
    {
      reason: 'registry_login_missing',
    },
  );
}
