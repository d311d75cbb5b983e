import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '#engine/lib/index.ts';
import { type Actor, PERMISSIONS, type Permission, type Resource } from '#server/access/index.ts';
import type { Environment } from '../environments/index.ts';
import type { Services } from '../trpc/context.ts';
import type { BodyLeniency } from './json-body.ts';
import type { BodyShape } from './shapes/shape.ts';
import { type ApiLevel, levelOf } from './versions.ts';

/** What all requests of the Docker API share. */
export interface DockerServices extends Services {
  /** Our own version, told by /version and /info. */
  version: string;
  log: Logger;
}

/** A request on its route, after the gates. */
export interface DockerCall {
  req: IncomingMessage;
  res: ServerResponse;
  services: DockerServices;
  environment: Environment;
  actor: Actor;
  requestId: string;
  /** Where the request comes from, for the audit log. */
  address: string;
  level: ApiLevel;
  /** What the pattern caught, by name. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** Id of the object found; empty for a route about a kind as a whole. */
  id: string;
  /** Aborted when the client goes away. */
  signal: AbortSignal;
  /** Bytes of a connection that asked to be upgraded, which came with its head; undefined for one that did not ask. */
  upgradeHead: Buffer | undefined;
}

/** The object a request is about, with the facts the gates need. */
export interface DockerTarget {
  type: string;
  id?: string | undefined;
  name?: string | undefined;
  resource?: Resource | undefined;
}

/** What is known of a request before its object is looked up. */
export type UnjudgedCall = Pick<DockerCall, 'params' | 'query' | 'environment' | 'services' | 'req'>;

/**
 * An endpoint as data: the gates are applied before `handle` is called. `account` is for what every account of this server may ask;
 * it changes nothing.
 */
export interface DockerRoute {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** `/containers/{id}/json`; `{name*}` also catches slashes. */
  pattern: string;
  /** The version that brought it, when it is newer than the oldest one. */
  since?: string;
  permission: Permission | 'account';
  /** Of two deeds at one address, the one this route is for; every one without it. */
  when?(query: URLSearchParams): boolean;
  /** What goes wrong before the connection is taken over is told as plain text, as dockerd's attach does. */
  plainErrors?: true;
  /** As on the procedure of the same deed; null for what only reads. */
  audit: string | null;
  /**
   * The deed has no effect before a record that waits for the disk: one of its own, or the audit row of the request that goes on
   * with it. That takes this audit row along, as the log has one order; without it the row waits for the disk by itself.
   */
  auditTakenAlong?: true;
  /** Its body is JSON of this shape, and one that is not is told before the object is looked up, as dockerd does. */
  takesJson?: BodyShape;
  bodyLeniency?: BodyLeniency;
  /** Looks the object up; left out when the request is about the kind as a whole. @throws EngineError `not_found` */
  find?(call: UnjudgedCall): Promise<DockerTarget>;
  handle(call: DockerCall): Promise<void>;
}

interface CompiledRoute {
  route: DockerRoute;
  level: ApiLevel;
  regexp: RegExp;
}

/** @throws Error for a route that names no permission, or changes something without an audit name */
export function compileRoutes(routes: readonly DockerRoute[]): readonly CompiledRoute[] {
  const seen = new Set<string>();
  return routes.map((route) => {
    const name = `${route.method} ${route.pattern}`;
    if (route.when === undefined && seen.has(name)) throw new Error(`Docker route ${name} is there twice`);
    if (route.when === undefined) seen.add(name);
    if (route.permission !== 'account' && !PERMISSIONS.some((known) => known === route.permission)) {
      throw new Error(`Docker route ${name} has no permission`);
    }
    const reads = route.method === 'GET' || route.method === 'HEAD';
    if (!reads && !route.audit && route.permission !== 'account') {
      if (!READING_POSTS.has(name)) throw new Error(`Docker route ${name} changes something without an audit name`);
    }
    if (!route.pattern.startsWith('/')) throw new Error(`Docker route ${name} has no path`);
    return { route, level: levelOf(route.since ?? '1.0'), regexp: toRegExp(route.pattern) };
  });
}

/** These only wait or set the size of a window. */
const READING_POSTS = new Set(['POST /containers/{id}/wait', 'POST /containers/{id}/resize', 'POST /exec/{id}/resize']);

function toRegExp(pattern: string): RegExp {
  const source = pattern
    .split(/(\{\w+\*?\})/)
    .map((part) => {
      const [, name, many] = /^\{(\w+)(\*)?\}$/.exec(part) ?? [];
      return name === undefined ? part.replaceAll(/[.*+?^$()[\]\\|]/g, '\\$&') : `(?<${name}>${many ? '.+' : '[^/]+'})`;
    })
    .join('');
  return new RegExp(`^${source}$`);
}

/** The first route that fits; parts of the path are decoded. */
export function matchRoute(
  routes: readonly CompiledRoute[],
  method: string,
  path: string,
  level: ApiLevel,
  query: URLSearchParams = new URLSearchParams(),
): { route: DockerRoute; params: Record<string, string> } | undefined {
  for (const { route, regexp, level: since } of routes) {
    if (route.method !== method || level < since || route.when?.(query) === false) continue;
    const found = regexp.exec(path);
    if (found === null) continue;
    const params: Record<string, string> = {};
    for (const [name, text] of Object.entries(found.groups ?? {})) {
      const value = tryDecode(text);
      if (value === undefined) return undefined;
      params[name] = value;
    }
    return { route, params };
  }
  return undefined;
}

function tryDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign names nothing.
    return undefined;
  }
}
