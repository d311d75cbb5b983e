import { lookup } from 'node:dns/promises';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { BlockList, isIP, isIPv6 } from 'node:net';
import { EngineError } from '#engine/errors/index.ts';
import type { RemoteSource } from './remote-source.ts';

const MAX_REDIRECTS = 5;
const IDLE_MS = 60_000;

const PRIVATE = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  PRIVATE.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  PRIVATE.addSubnet(net, bits, 'ipv6');

/** Whether an address lies inside this host or its neighbourhood, where a stranger's URL has nothing to ask. */
export function isPrivateAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return isPrivateAddress(mapped);
  if (/^::ffff:/i.test(address)) return true;
  return PRIVATE.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

interface RemoteOptions {
  signal?: AbortSignal | undefined;
  /** For people who may reach the host anyway. */
  allowPrivate: boolean;
}

/**
 * Opens a URL that somebody typed. The name is resolved once and that very address is connected to; every redirect is
 * judged like the first address.
 *
 * @throws EngineError `invalid_argument` (not http or https), `denied` (private address), `unavailable`
 */
export async function openRemote(url: string, opts: RemoteOptions): Promise<RemoteSource> {
  let target = new URL(url);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const response = await get(target, opts);
    const { statusCode = 0, headers } = response;
    if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
      response.destroy();
      target = new URL(headers.location, target);
      continue;
    }
    if (statusCode !== 200) {
      response.destroy();
      throw unavailable(target, `answered ${statusCode}`, { status: statusCode });
    }
    const length = Number(headers['content-length']);
    return {
      stream: response,
      totalBytes: Number.isSafeInteger(length) && length > 0 ? length : undefined,
      [Symbol.asyncDispose]: async () => void response.destroy(),
    };
  }
  throw unavailable(target, 'redirects too often');
}

async function get(url: URL, opts: RemoteOptions): Promise<IncomingMessage> {
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new EngineError('invalid_argument', 'Only http and https addresses can be used', { reason: 'url_scheme' });
  const address = await resolveOnce(url, opts.allowPrivate);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const request = send(
    {
      host: address,
      port: url.port || (url.protocol === 'https:' ? 443 : 80),
      path: `${url.pathname}${url.search}`,
      headers: { host: url.host, 'accept-encoding': 'identity' },
      ...(isIP(hostOf(url)) === 0 ? { servername: hostOf(url) } : {}),
      timeout: IDLE_MS,
      signal: opts.signal,
      agent: false,
    },
    resolve,
  );
  request.on('timeout', () => request.destroy(unavailable(url, 'sends nothing')));
  request.on('error', reject);
  request.end();
  try {
    return await promise;
  } catch (cause) {
    if (opts.signal?.aborted === true) throw new EngineError('cancelled', 'The download was cancelled', {}, { cause });
    throw cause instanceof EngineError ? cause : unavailable(url, 'cannot be reached', {}, cause);
  }
}

async function resolveOnce(url: URL, allowPrivate: boolean): Promise<string> {
  const host = hostOf(url);
  const found = isIP(host) === 0 ? await lookupName(url, host) : [host];
  const usable = found.find((address) => allowPrivate || !isPrivateAddress(address));
  if (usable !== undefined) return usable;
  throw new EngineError('denied', `${host} is an address of this host or its network`, {
    reason: 'private_address',
    host,
  });
}

async function lookupName(url: URL, host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (cause) {
    throw unavailable(url, 'has no address', {}, cause);
  }
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function unavailable(url: URL, what: string, details: object = {}, cause?: unknown): EngineError {
  const params = { reason: 'remote_unavailable', host: url.host, ...details };
  return new EngineError('unavailable', `${url.host} ${what}`, params, { cause });
}
