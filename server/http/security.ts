import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type BlockList, isIP, isIPv6 } from 'node:net';
import { isLoopback } from '#server/config/index.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
const TOKEN = /^[\w-]{43}$/;

/** DNS rebinding: a foreign name that was pointed at our address is not ours. Addresses and localhost cannot be rebound. */
export function isAllowedHost(req: IncomingMessage, names: ReadonlySet<string>): boolean {
  const { host } = req.headers;
  if (host === undefined) return false;
  const name = URL.parse(`http://${host}`)?.hostname;
  if (name === undefined) return false;
  return name === 'localhost' || names.has(name) || isIP(name.replace(/^\[|\]$/g, '')) !== 0;
}

/**
 * Forged requests: browsers state the origin of whoever sends an unsafe request or opens a websocket.
 * A cookie without an origin is refused; programs send neither. A websocket always has to name its origin.
 */
export function isSameOrigin(req: IncomingMessage, opts: { websocket?: boolean } = {}): boolean {
  const websocket = opts.websocket === true;
  if (!websocket && SAFE_METHODS.has(req.method ?? '')) return true;
  const { origin, cookie, host } = req.headers;
  const site = req.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  if (origin === undefined) return cookie === undefined && !websocket;
  return host !== undefined && URL.parse(origin)?.host === host;
}

export type AcceptsPeer = (req: IncomingMessage) => boolean;

/** Behind a proxy only the proxy and this host itself may speak to us: from elsewhere it would be in the clear. */
export function createPeerCheck(proxies: BlockList | undefined): AcceptsPeer {
  if (proxies === undefined) return () => true;
  return ({ socket }) => {
    const peer = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    return isLoopback(peer) || (isIP(peer) !== 0 && proxies.check(peer, isIPv6(peer) ? 'ipv6' : 'ipv4'));
  };
}

/** Browsers accept the `__Host-` prefix, which binds a cookie to one host, only over https. */
export function cookieName(https: boolean): string {
  return https ? '__Host-davit' : 'davit';
}

export function readSessionToken(req: IncomingMessage, https: boolean): string | undefined {
  const prefix = `${cookieName(https)}=`;
  const parts = (req.headers.cookie ?? '').split(/; */);
  const token = parts.find((part) => part.startsWith(prefix))?.slice(prefix.length);
  return token !== undefined && TOKEN.test(token) ? token : undefined;
}

/** The value of `Set-Cookie`; without a session it takes the cookie away. */
export function sessionCookie(session: { token: string; expiresAt: Date } | undefined, https: boolean): string {
  const rest = `Path=/; HttpOnly; SameSite=Lax${https ? '; Secure' : ''}`;
  if (session === undefined) return `${cookieName(https)}=; Max-Age=0; ${rest}`;
  return `${cookieName(https)}=${session.token}; Expires=${session.expiresAt.toUTCString()}; ${rest}`;
}

/** On every answer, pages, errors and downloads alike. */
export function applySecurityHeaders(res: ServerResponse, https: boolean): void {
  res.setHeader('x-content-type-options', 'nosniff');
  res.setHeader('referrer-policy', 'no-referrer');
  res.setHeader('cross-origin-opener-policy', 'same-origin');
  res.setHeader('cross-origin-resource-policy', 'same-origin');
  res.setHeader('x-frame-options', 'DENY');
  // For answers that are no pages; a page gets a policy of its own.
  res.setHeader('content-security-policy', "default-src 'none'; frame-ancestors 'none'; sandbox");
  if (https) res.setHeader('strict-transport-security', 'max-age=31536000');
}

/**
 * A fresh nonce for one page. Next looks for it in the policy on the request, the browser in that on the answer;
 * both are overwritten, so that nobody brings a policy along.
 */
export function applyContentPolicy(req: IncomingMessage, res: ServerResponse, dev: boolean): void {
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ''}`,
    // Terminal, charts and toasts set styles on elements.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
  req.headers['content-security-policy'] = policy;
  req.headers['x-nonce'] = nonce;
  res.setHeader('content-security-policy', policy);
}
