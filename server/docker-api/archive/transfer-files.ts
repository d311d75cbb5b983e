import { sendEmpty, sendJson } from '../answer.ts';
import { pathStatHeader } from '../codec/path-stat.ts';
import { callOptions } from '../containers/call-options.ts';
import { badRequest } from '../docker-error.ts';
import { archiveIn } from '../empty-archive.ts';
import { flagOf } from '../query.ts';
import type { DockerCall } from '../route.ts';
import { streamProduced } from './stream-produced.ts';

const STAT_HEADER = 'X-Docker-Container-Path-Stat';
const KINDS = { modified: 0, added: 1, deleted: 2 } as const;

export async function sendStat(call: DockerCall): Promise<void> {
  const { res, environment, params } = call;
  const stat = await environment.containers.statPath(refOf(params), pathOf(call), callOptions(call));
  res.setHeader(STAT_HEADER, pathStatHeader(stat));
  sendEmpty(res, 200);
}

export async function sendArchive(call: DockerCall): Promise<void> {
  const { environment, params } = call;
  const [ref, path] = [refOf(params), pathOf(call)];
  const stat = await environment.containers.statPath(ref, path, callOptions(call));
  const headers = { 'Content-Type': 'application/x-tar', [STAT_HEADER]: pathStatHeader(stat) };
  await streamProduced(call, headers, (sink) => environment.containers.readArchive(ref, path, sink, callOptions(call)));
}

export async function takeArchive(call: DockerCall): Promise<void> {
  const { req, res, environment, params, query } = call;
  await environment.containers.writeArchive(refOf(params), pathOf(call), archiveIn(req), {
    ...callOptions(call),
    noOverwriteDirNonDir: flagOf(query, 'noOverwriteDirNonDir'),
    copyOwner: flagOf(query, 'copyUIDGID'),
  });
  sendEmpty(res, 200);
}

export async function sendExport(call: DockerCall): Promise<void> {
  const { environment, id } = call;
  await streamProduced(call, { 'Content-Type': 'application/octet-stream' }, (sink) =>
    environment.containers.export(id, sink, callOptions(call)),
  );
}

export async function sendChanges(call: DockerCall): Promise<void> {
  const changes = await call.environment.containers.changes(call.id, callOptions(call));
  const list = changes.map(({ path, kind }) => ({ Path: path, Kind: KINDS[kind] }));
  sendJson(call.res, 200, list.length === 0 ? null : list);
}

/** As the client wrote it: errors repeat it. */
function refOf(params: DockerCall['params']): string {
  return params['id'] ?? '';
}

function pathOf({ query }: DockerCall): string {
  const path = query.get('path') ?? '';
  if (path === '') throw badRequest('bad parameter: pathcannot be empty');
  return path;
}
