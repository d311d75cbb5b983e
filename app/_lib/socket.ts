'use client';
import { useSyncExternalStore } from 'react';
import { LiveSocket } from './live-socket.ts';
import { askWhile, noteServerBack } from './server-away.ts';
import { hasSessionEnded, noteSessionEnd } from './session-end.ts';
import { createStore } from './store.ts';

/** A blink of the connection shows nothing. */
const LOST_AFTER_MS = 1_500;
const AGAIN_MS = 500;

const sockets = new Map<string, LiveSocket>();

/** One connection a tab; namespaces share it. */
export function getSocket(namespace = '/'): LiveSocket {
  let socket = sockets.get(namespace);
  if (socket === undefined) {
    socket = new LiveSocket(namespace, { reconnectionDelay: AGAIN_MS });
    sockets.set(namespace, socket);
    keepUp(socket);
    if (namespace === '/') watchConnection(socket);
  }
  return socket;
}

/** Before sign-out: the server is about to cut them, and that must not look like a session that ran out. */
export function closeSockets(): void {
  for (const socket of sockets.values()) socket.disconnect();
}

/** After sign-in the connection must carry the new cookie. */
export function reopenSockets(): void {
  closeSockets();
  for (const socket of sockets.values()) socket.connect();
}

/** Now rather than at the next try. */
export function tryConnecting(): void {
  const socket = getSocket();
  if (socket.connected) return;
  socket.disconnect();
  socket.connect();
}

/** The library stays away once the server has cut or refused a socket. Only a missing session is final. */
function keepUp(socket: LiveSocket): void {
  const again = () => setTimeout(() => socket.connect(), AGAIN_MS);
  socket.on('disconnect', (reason: string) => {
    if (reason === 'io server disconnect' && !hasSessionEnded()) again();
  });
  socket.on('session:ended', ({ reason }: { reason: string }) => noteSessionEnd(reason));
  socket.on('connect_error', (error: Error & { data?: { reason?: string } }) => {
    if (error.message === 'unauthenticated') noteSessionEnd(error.data?.reason);
    else if (!socket.active) again();
  });
}

interface Connection {
  state: 'connecting' | 'live' | 'lost';
  /** The server has said that it is going down. */
  restarting: boolean;
}

const CONNECTING: Connection = { state: 'connecting', restarting: false };
const connection = createStore(() => CONNECTING);

function watchConnection(socket: LiveSocket): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let restarting = false;
  const isLost = () => connection.get().state === 'lost';
  const lose = () => {
    const isNew = !isLost();
    connection.set({ state: 'lost', restarting });
    if (isNew) void askWhile(isLost);
  };
  const down = () => {
    clearTimeout(timer);
    timer = setTimeout(lose, restarting ? 0 : LOST_AFTER_MS);
  };
  down();
  socket.on('connect', () => {
    clearTimeout(timer);
    restarting = false;
    connection.set({ state: 'live', restarting });
    noteServerBack();
  });
  socket.on('disconnect', down);
  socket.on('server:closing', () => {
    restarting = true;
    lose();
  });
}

/** State of the live channel. */
export function useConnection(): Connection {
  return useSyncExternalStore(subscribe, connection.get, () => CONNECTING);
}

function subscribe(listener: () => void): () => void {
  getSocket();
  return connection.subscribe(listener);
}
