import type { ServerResponse } from 'node:http';
import { messageOf, statusOf } from './docker-error.ts';
import { RAW } from './stdcopy.ts';
import { API_VERSION } from './versions.ts';

/** The headers every answer carries; clients learn the version from them. */
export function applyCommonHeaders(res: ServerResponse, version: string): void {
  res.sendDate = true;
  for (const [name, value] of Object.entries(commonHeaders(version))) res.setHeader(name, value);
}

function commonHeaders(version: string): Record<string, string> {
  return {
    'Api-Version': API_VERSION,
    'Docker-Experimental': 'false',
    Ostype: 'linux',
    Server: `Davit/${version} (linux)`,
  };
}

/** A line of JSON, as Go writes it. */
export function sendJson(res: ServerResponse, status: number, body: unknown): void {
  const text = `${JSON.stringify(body)}\n`;
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }).end(text);
}

/** 204 and 304 have no body. */
export function sendEmpty(res: ServerResponse, status: number): void {
  res.writeHead(status, status === 200 ? { 'Content-Length': 0 } : {}).end();
}

export function sendText(res: ServerResponse, status: number, text: string): void {
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': Buffer.byteLength(text) };
  res.writeHead(status, headers).end(text);
}

/** dockerd has one answer for an unknown path and for a wrong method. */
export function sendNotFound(res: ServerResponse): void {
  sendJson(res, 404, { message: 'page not found' });
}

/** The one form of an error. What has begun already is cut off, so that nobody takes it for complete. */
export function sendError(res: ServerResponse, error: unknown, requestId: string): void {
  // A stream of progress has told its error itself.
  if (res.writableEnded) return;
  if (res.headersSent) return void res.destroy();
  for (const name of ['Content-Length', 'Transfer-Encoding']) res.removeHeader(name);
  sendJson(res, statusOf(error), { message: messageOf(error, requestId) });
}

/** An error where the client waits for a raw stream: the sentence alone, and the end of the connection. */
export function sendPlainError(res: ServerResponse, error: unknown, requestId: string): void {
  for (const name of res.getHeaderNames()) res.removeHeader(name);
  res.writeHead(statusOf(error), { 'Content-Type': RAW, Connection: 'close' });
  res.end(`${messageOf(error, requestId)}\r\n`);
}
