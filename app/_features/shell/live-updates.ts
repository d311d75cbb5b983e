import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { getSocket, useConnection } from '../../_lib/socket.ts';
import { useTRPC } from '../../_lib/trpc.ts';

const GATHER_MS = 150;
const FALLBACK_MS = 5_000;

interface EventMessage {
  type?: string;
}

/**
 * The one place that turns what the server tells into fresh data: events gather for a moment, then the lists of their
 * kind are asked again. Without the channel everything shown is asked every few seconds instead.
 */
export function useLiveUpdates(): void {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const connection = useConnection();

  useEffect(() => {
    const socket = getSocket();
    const changed = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const filters = {
      container: trpc.containers.pathFilter(),
      image: trpc.images.pathFilter(),
      operation: trpc.operations.pathFilter(),
      event: trpc.events.pathFilter(),
    };
    function flush() {
      timer = undefined;
      const types = new Set(changed);
      changed.clear();
      if (types.has('container')) void queries.invalidateQueries(filters.container);
      if (types.has('image') || types.has('container')) void queries.invalidateQueries(filters.image);
      if (types.has('operation')) void queries.invalidateQueries(filters.operation);
      if (types.has('container') || types.has('image')) void queries.invalidateQueries(filters.event);
    }
    function note(type: string) {
      changed.add(type);
      timer ??= setTimeout(flush, GATHER_MS);
    }
    const onEvent = (message: EventMessage & { event?: EventMessage }) =>
      note(message.event?.type ?? message.type ?? 'container');
    const onOperation = () => note('operation');
    const onConnect = () => void queries.invalidateQueries();
    socket.on('event', onEvent);
    socket.on('operation', onOperation);
    socket.on('connect', onConnect);
    return () => {
      clearTimeout(timer);
      socket.off('event', onEvent);
      socket.off('operation', onOperation);
      socket.off('connect', onConnect);
    };
  }, [trpc, queries]);

  useEffect(() => {
    if (connection === 'live') return;
    const timer = setInterval(() => void queries.invalidateQueries(), FALLBACK_MS);
    return () => clearInterval(timer);
  }, [connection, queries]);
}
