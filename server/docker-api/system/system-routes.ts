import type { ContainerSummary } from '#engine/containers/index.ts';
import { can } from '#server/access/index.ts';
import { sendJson } from '../answer.ts';
import { toImageUsage, toVolumeUsage } from '../codec/disk-usage.ts';
import { toSystemInfo, toVersion } from '../codec/system.ts';
import { listContainersFor } from '../containers/list-containers.ts';
import { badRequest } from '../docker-error.ts';
import type { DockerCall, DockerRoute } from '../route.ts';
import { AUTH_BODY } from '../shapes/object-shapes.ts';
import { checkLogin } from './login.ts';

function sendPing({ res, req }: DockerCall): Promise<void> {
  const body = req.method === 'HEAD' ? '' : 'OK';
  res.writeHead(200, {
    'Cache-Control': 'no-cache, no-store, must-revalidate',
    Pragma: 'no-cache',
    Swarm: 'inactive',
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': body.length,
  });
  res.end(body);
  return Promise.resolve();
}

async function sendVersion({ res, environment, services }: DockerCall): Promise<void> {
  sendJson(res, 200, toVersion(await environment.hostInfo(), services.version));
}

async function sendInfo({ res, environment, services, level }: DockerCall): Promise<void> {
  const [host, containers, images] = await Promise.all([
    environment.hostInfo(),
    environment.containers.list({ all: true }),
    environment.images.list(),
  ]);
  const count = (...states: ContainerSummary['state']['status'][]) =>
    containers.filter(({ state }) => states.includes(state.status)).length;
  const counts = {
    total: containers.length,
    running: count('running', 'restarting'),
    paused: count('paused'),
    images: images.length,
  };
  const info = toSystemInfo({ host, counts, version: services.version, now: new Date() });
  sendJson(res, 200, { ...info, ...oldFields(info, level) });
}

type SystemInfo = ReturnType<typeof toSystemInfo>;

/** What older versions had besides, as dockerd still tells it to them. */
function oldFields({ ContainerdCommit, RuncCommit, InitCommit }: SystemInfo, level: DockerCall['level']): object {
  const expected = (commit: { ID: string }) => ({ ...commit, Expected: commit.ID });
  return {
    ...(level < 50 ? { BridgeNfIptables: true, BridgeNfIp6tables: true } : {}),
    ...(level < 49
      ? {
          ContainerdCommit: expected(ContainerdCommit),
          RuncCommit: expected(RuncCommit),
          InitCommit: expected(InitCommit),
        }
      : {}),
  };
}

const KINDS = ['container', 'image', 'volume', 'build-cache'];

async function sendDiskUsage(call: DockerCall): Promise<void> {
  const { res, environment, query, level } = call;
  // Before 1.42 there was nothing to choose.
  const asked = level < 42 ? [] : query.getAll('type');
  const unknown = asked.find((kind) => !KINDS.includes(kind));
  if (unknown !== undefined) throw badRequest(`unknown object type: ${unknown}`);
  // A token for images alone learns nothing of the rest.
  const wants = (kind: 'container' | 'image' | 'volume' | 'build-cache') =>
    (asked.length === 0 || asked.includes(kind)) && (kind === 'build-cache' || can(call.actor, `${kind}:view`));
  const images = wants('image') ? await environment.images.list() : undefined;
  const layersSize = wants('image') ? (await environment.images.usage()).totalBytes : 0;
  const volumes = wants('volume') ? await environment.volumes.list() : undefined;
  sendJson(res, 200, {
    LayersSize: layersSize,
    Images: images?.map((image) => toImageUsage(image, level)) ?? null,
    Containers: wants('container') ? await listContainersFor(call, { all: true, size: true }) : null,
    Volumes:
      volumes === undefined
        ? null
        : await Promise.all(
            volumes.map(async (volume) =>
              toVolumeUsage(volume, (await environment.volumes.usage(volume.name)).sizeBytes),
            ),
          ),
    BuildCache: wants('build-cache') ? [] : null,
  });
}

export const SYSTEM_ROUTES: readonly DockerRoute[] = [
  { method: 'GET', pattern: '/_ping', permission: 'account', audit: null, handle: sendPing },
  { method: 'HEAD', pattern: '/_ping', permission: 'account', audit: null, handle: sendPing },
  { method: 'GET', pattern: '/version', permission: 'account', audit: null, handle: sendVersion },
  { method: 'GET', pattern: '/info', permission: 'account', audit: null, handle: sendInfo },
  { method: 'GET', pattern: '/system/df', permission: 'image:view', audit: null, handle: sendDiskUsage },
  {
    method: 'POST',
    pattern: '/auth',
    permission: 'image:pull',
    audit: 'registry.login',
    takesJson: AUTH_BODY,
    bodyLeniency: { anyType: true },
    handle: checkLogin,
  },
];
