import type { IncomingMessage, ServerResponse } from 'node:http';
import { EngineError } from '#engine/errors/index.ts';
import { can, PERMISSIONS, type Permission, type Resource } from '#server/access/index.ts';
import type { AuditResult } from '#server/audit/index.ts';
import { codeOf, deniedError, unknownFields } from '#server/errors/index.ts';
import type { RequestContext } from '../trpc/context.ts';
import { requireActor } from '../trpc/procedure.ts';
import { backupVolumeInput, restoreVolumeInput } from '../trpc/volumes/volumes.schema.ts';
import { downloadExport, downloadFiles, downloadImages, findImages } from './downloads.ts';
import { downloadLog, findLog } from './log-download.ts';
import { receiveFiles, receiveImage } from './uploads.ts';
import { findVolume, namedVolume, receiveVolumeBackup, sendVolumeBackup } from './volume-transfers.ts';

/** A request on its route, after the gates. */
export interface RouteCall {
  req: IncomingMessage;
  res: ServerResponse;
  ctx: RequestContext;
  /** What the pattern caught. */
  params: readonly string[];
  query: URLSearchParams;
}

interface RouteObject {
  type: string;
  id?: string | undefined;
  name?: string | undefined;
  /** Undefined when it is about the kind as a whole. */
  resource?: Resource | undefined;
}

/** A way in beside tRPC and sockets. Permission and audit name are data, applied before the handler is called. */
export interface Route {
  method: 'GET' | 'POST';
  pattern: RegExp;
  /** A path that fits, for the tests that are made of this table. */
  example: string;
  permission: Permission;
  /** Null for what only reads. */
  audit: string | null;
  /** Fields of its query, besides that of the environment. */
  query: readonly string[];
  /** The object it is about. Called for people who are signed in only. @throws EngineError `not_found` */
  find(call: RouteCall): Promise<RouteObject>;
  handle(call: RouteCall): Promise<void>;
}

const imageNamed = async ({ query }: RouteCall): Promise<RouteObject> => ({
  type: 'image',
  name: query.get('reference') ?? undefined,
});

export const ROUTES: readonly Route[] = [
  {
    method: 'POST',
    pattern: /^\/api\/uploads\/images\/import$/,
    example: '/api/uploads/images/import',
    permission: 'image:load',
    audit: 'image.import',
    query: ['fileName', 'reference', 'change', 'message'],
    find: imageNamed,
    handle: (call) => receiveImage('import', call),
  },
  {
    method: 'POST',
    pattern: /^\/api\/uploads\/images\/load$/,
    example: '/api/uploads/images/load',
    permission: 'image:load',
    audit: 'image.load',
    query: ['fileName'],
    find: imageNamed,
    handle: (call) => receiveImage('load', call),
  },
  {
    method: 'POST',
    pattern: /^\/api\/uploads\/volumes\/restore$/,
    example: '/api/uploads/volumes/restore',
    permission: 'volume:restore',
    audit: 'volume.restore',
    query: Object.keys(restoreVolumeInput.shape),
    find: namedVolume,
    handle: receiveVolumeBackup,
  },
  {
    method: 'GET',
    pattern: /^\/api\/volumes\/([\w.-]{1,255})\/backup$/,
    example: '/api/volumes/c1/backup',
    permission: 'volume:backup',
    audit: 'volume.backup',
    query: Object.keys(backupVolumeInput.shape),
    find: findVolume,
    handle: sendVolumeBackup,
  },
  {
    method: 'GET',
    pattern: /^\/api\/containers\/([\w.-]{1,255})\/log$/,
    example: '/api/containers/c1/log',
    permission: 'container:logs',
    audit: null,
    query: ['timestamps', 'from', 'to', 'stream', 'gzip'],
    find: findLog,
    handle: downloadLog,
  },
  {
    method: 'GET',
    pattern: /^\/api\/containers\/([\w.-]{1,255})\/export$/,
    example: '/api/containers/c1/export',
    permission: 'container:export',
    audit: 'container.export',
    query: [],
    find: findLog,
    handle: downloadExport,
  },
  {
    method: 'GET',
    pattern: /^\/api\/containers\/([\w.-]{1,255})\/archive$/,
    example: '/api/containers/c1/archive',
    permission: 'container:files-read',
    audit: 'container.files-read',
    query: ['path'],
    find: findLog,
    handle: downloadFiles,
  },
  {
    method: 'POST',
    pattern: /^\/api\/containers\/([\w.-]{1,255})\/archive$/,
    example: '/api/containers/c1/archive',
    permission: 'container:files-write',
    audit: 'container.files-write',
    query: ['path', 'noOverwriteDirNonDir'],
    find: findLog,
    handle: receiveFiles,
  },
  {
    method: 'GET',
    pattern: /^\/api\/images\/save$/,
    example: '/api/images/save',
    permission: 'image:save',
    audit: 'image.save',
    query: ['name'],
    find: findImages,
    handle: downloadImages,
  },
];

/** @throws Error for a route without a known permission, or one that changes something without an audit name */
export function assertRoutesGuarded(routes: readonly Route[]): void {
  for (const { method, example, permission, audit, pattern } of routes) {
    const name = `${method} ${example}`;
    if (!PERMISSIONS.some((known) => known === permission)) throw new Error(`Route ${name} has no permission`);
    if (method !== 'GET' && !audit) throw new Error(`Route ${name} changes something without an audit name`);
    if (!pattern.test(example)) throw new Error(`Route ${name} does not fit its own pattern`);
  }
}

export function findRoute(req: IncomingMessage, path: string): { route: Route; params: string[] } | undefined {
  const method = req.method === 'HEAD' ? 'GET' : req.method;
  for (const route of ROUTES) {
    const caught = route.method === method ? route.pattern.exec(path) : null;
    if (caught !== null) return { route, params: caught.slice(1) };
  }
  return undefined;
}

/** What is misspelt would else be left out without a word. @throws EngineError `invalid_argument` with the fields */
function assertKnownQuery(route: Route, query: URLSearchParams): void {
  const unknown = [...new Set(query.keys())].filter((key) => key !== 'environmentId' && !route.query.includes(key));
  if (unknown.length === 0) return;
  const details = unknownFields(unknown);
  throw new EngineError('invalid_argument', `The request has no field ${unknown.join(', ')}`, details);
}

/** Session, permission, audit row, and only then the handler. @throws what the gates or the handler say */
export async function serveRoute(route: Route, call: RouteCall): Promise<void> {
  const { ctx } = call;
  const actor = requireActor(ctx);
  const { resource, ...object } = await route.find(call);
  const record = async (result: AuditResult, details?: Record<string, unknown>): Promise<void> => {
    if (route.audit === null) return;
    const { requestId, client, services } = ctx;
    const environmentId = call.query.get('environmentId') ?? 'local';
    const entry = { requestId, environmentId, actor, address: client.address, action: route.audit, object };
    await services.audit.append({ ...entry, result, details });
  };
  if (!can(actor, route.permission, resource)) {
    const error = deniedError(route.permission);
    await record('denied', { code: codeOf(error) });
    throw error;
  }
  assertKnownQuery(route, call.query);
  await record('allowed');
  try {
    await route.handle(call);
  } catch (error) {
    await record('failed', { code: codeOf(error) });
    throw error;
  }
}
