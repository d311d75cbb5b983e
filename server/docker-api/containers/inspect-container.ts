import type { ContainerConfig } from '#engine/containers/index.ts';
import { isEngineError } from '#engine/errors/index.ts';
import { redact } from '#server/access/index.ts';
import { sendJson } from '../answer.ts';
import { toContainerInspect } from '../codec/container-inspect.ts';
import { flagOf } from '../query.ts';
import type { DockerCall } from '../route.ts';
import { readAttachmentsOf, readSize, readVolumePaths } from './container-facts.ts';

/** `GET /containers/{id}/json`, without the values of variables for those who may not read them. */
export async function sendContainer(call: DockerCall): Promise<void> {
  const { res, environment, actor, id, level, query } = call;
  const detail = redact(actor, await environment.containers.inspect(id));
  const { cgroupVersion } = await environment.hostInfo();
  const facts = {
    attachments: await readAttachmentsOf(environment, detail.id),
    volumes: await readVolumePaths(environment, detail.mounts),
    cgroupVersion,
    links: await readLinks(call, detail),
    layers: await readLayers(call),
    execIds: await runningExecs(call, detail.execIds),
    level,
    ...(flagOf(query, 'size') ? { size: await readSize(environment, detail) } : {}),
  };
  sendJson(res, 200, toContainerInspect(detail, facts));
}

/** One that is being removed may have lost its file system already. */
async function readLayers({ environment, id }: DockerCall) {
  try {
    return await environment.containers.layersOf(id);
  } catch (error) {
    if (!isEngineError(error, 'not_found')) throw error;
    return undefined;
  }
}

/** Links of the default network are kept with ids, and shown with the names of now; others as they were asked for. */
async function readLinks(
  { environment }: DockerCall,
  { name, config }: { name: string; config: ContainerConfig },
): Promise<string[]> {
  const shown: string[] = [];
  for (const link of config.links ?? []) {
    const [id = '', alias = ''] = link.split(':');
    if (!/^[0-9a-f]{64}$/.test(id)) {
      shown.push(link);
      continue;
    }
    try {
      shown.push(`/${(await environment.containers.identify(id)).name}:/${name}/${alias}`);
    } catch (error) {
      // Removed since: the link went with it.
      if (!isEngineError(error, 'not_found')) throw error;
    }
  }
  return shown;
}

type ExecIds = Awaited<ReturnType<DockerCall['environment']['containers']['inspect']>>['execIds'];

async function runningExecs({ environment }: DockerCall, ids: ExecIds): Promise<string[]> {
  const running: string[] = [];
  for (const id of ids) {
    try {
      if ((await environment.containers.inspectExec(id)).running) running.push(id);
    } catch (error) {
      // It was forgotten between the two looks.
      if (!isEngineError(error, 'not_found')) throw error;
    }
  }
  return running;
}
