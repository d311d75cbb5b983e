import type { ServerResponse } from 'node:http';
import { mappingOf, toWireError } from '#server/errors/index.ts';

export function sendJson(res: ServerResponse, status: number, body: unknown): void {
  if (res.headersSent) return void res.destroy();
  res.setHeader('cache-control', 'no-store');
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

/** The one form of an error outside tRPC. */
export function sendError(res: ServerResponse, error: unknown, requestId: string): void {
  // What is left of a refused upload is not read: the connection cannot be used again.
  res.shouldKeepAlive = false;
  sendJson(res, mappingOf(error).status, { error: toWireError(error, requestId) });
}

export function sendText(res: ServerResponse, status: number, text: string): void {
  res.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end(`${text}\n`);
}
