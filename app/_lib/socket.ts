'use client';
import { useEffect, useSyncExternalStore } from 'react';
import { io, type Socket } from 'socket.io-client';

const sockets = new Map<string, Socket>();

/** One connection a tab; namespaces share it. */
export function getSocket(namespace = '/'): Socket {
  let socket = sockets.get(namespace);
  if (socket === undefined) {
    socket = io(namespace, {
      transports: ['websocket'],
      reconnectionDelay: 500,
      reconnectionDelayMax: 5_000,
      randomizationFactor: 0.5,
    });
    sockets.set(namespace, socket);
  }
  return socket;
}

/** After sign-in or sign-out the connection must carry the new cookie. */
export function closeSockets(): void {
  for (const socket of sockets.values()) socket.disconnect();
  sockets.clear();
}

type Connection = 'connecting' | 'live' | 'lost';

let connection: Connection = 'connecting';
const listeners = new Set<() => void>();

function setConnection(next: Connection): void {
  if (next === connection) return;
  connection = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** State of the live channel; `lost` only after two seconds without it, so that a blink shows nothing. */
export function useConnection(): Connection {
  useEffect(() => {
    const socket = getSocket();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const up = () => {
      clearTimeout(timer);
      setConnection('live');
    };
    const down = () => {
      clearTimeout(timer);
      timer = setTimeout(() => setConnection('lost'), 2_000);
    };
    if (socket.connected) up();
    else down();
    socket.on('connect', up);
    socket.on('disconnect', down);
    return () => {
      clearTimeout(timer);
      socket.off('connect', up);
      socket.off('disconnect', down);
    };
  }, []);
  return useSyncExternalStore(
    subscribe,
    () => connection,
    () => 'connecting',
  );
}
