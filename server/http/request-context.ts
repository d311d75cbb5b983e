import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { BlockList, isIPv6 } from 'node:net';
import type { RequestContext, Services } from '../trpc/context.ts';
import { readSessionToken, sessionCookie } from './security.ts';

interface ContextOptions {
  services: Services;
  https: boolean;
  /** Networks of proxies whose X-Forwarded-For is believed. */
  proxies?: readonly string[] | undefined;
}

export type CreateContext = (req: IncomingMessage, res: ServerResponse) => Promise<RequestContext>;

/** Who asks, from where: worked out once a request. */
export function createContextFactory({ services, https, proxies = [] }: ContextOptions): CreateContext {
  const trusted = toBlockList(proxies);
  return async (req, res) => {
    const token = readSessionToken(req, https);
    const session = token === undefined ? undefined : await services.auth.sessions.authenticate(token);
    return {
      services,
      requestId: requestIdOf(res),
      actor: session?.actor,
      whyEnded: session === undefined && token !== undefined ? services.auth.sessions.whyEnded(token) : undefined,
      client: { address: addressOf(req, trusted), userAgent: req.headers['user-agent'] ?? '' },
      setSession(opened) {
        res.appendHeader('set-cookie', sessionCookie(opened, https));
        // The next person at this browser finds nothing of the last one.
        if (opened === undefined) res.setHeader('clear-site-data', '"storage"');
      },
    };
  };
}

/** Given to the client with every answer, so that a report can be found in the log. */
export function requestIdOf(res: ServerResponse): string {
  const known = res.getHeader('x-request-id');
  if (typeof known === 'string') return known;
  const id = randomUUID();
  res.setHeader('x-request-id', id);
  return id;
}

function addressOf(req: IncomingMessage, trusted: BlockList): string {
  const peer = (req.socket.remoteAddress ?? 'unknown').replace(/^::ffff:/, '');
  if (!trusted.check(peer, isIPv6(peer) ? 'ipv6' : 'ipv4')) return peer;
  // Only the last entry is the proxy's own word; those before it are the client's claims.
  return req.headers['x-forwarded-for']?.toString().split(',').at(-1)?.trim() || peer;
}

export function toBlockList(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [address = '', prefix = ''] = cidr.split('/');
    list.addSubnet(address, Number(prefix), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return list;
}
