import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { type Cursor, readFrom } from '../../_lib/last-answer.ts';
import { useSessionEnd } from '../../_lib/session-end.ts';
import { getSocket, useConnection } from '../../_lib/socket.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { whenSeen } from '../../_lib/when-seen.ts';
import { applyOperation, madeImage } from '../activity/live-operations.ts';
import { createRowFollower, type ToldRows } from '../containers/row-follower.ts';

/** What begins together comes in one answer; who has just asked waits longer. */
const SOON_MS = 40;
const GATHER_MS = 150;
const FALLBACK_MS = 5_000;
/** What is no event: told without a number, and asked for again after each break. */
const UNNUMBERED: ReadonlySet<string> = new Set(['operation', 'user', 'hostTerminal', 'me']);

interface EventEntry {
  seq: number;
  event: { type: string; id: string };
}

type Resumed = { gap: true } | { gap: false; events: EventEntry[] };

/**
 * The one place that turns what the server tells into fresh data: events gather for a moment, then the lists of their
 * kind are asked again; the rows of containers that changed come by themselves. After a break the events missed are asked for,
 * with those whose rows were still to come, and so are those between the first answer of a page and its connection; where they are gone everything is asked again.
 * Without the channel everything shown is asked every few seconds instead. A page that nobody sees asks for nothing, and for
 * all it has missed when it is seen again.
 */
export function useLiveUpdates(): void {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { state } = useConnection();
  const ended = useSessionEnd() !== undefined;

  useEffect(() => {
    const socket = getSocket();
    const changed = new Set<string>();
    const containers = new Set<string>();
    const follow = createRowFollower(queries, trpc);
    let flushedAt = 0;
    let cursor: Cursor | undefined;
    let owed: number | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isAllStale = false;
    const filters = {
      container: follow.others,
      image: trpc.images.pathFilter(),
      network: trpc.networks.pathFilter(),
      volume: trpc.volumes.pathFilter(),
      operation: trpc.operations.pathFilter(),
      event: trpc.events.pathFilter(),
      user: trpc.users.pathFilter(),
      hostTerminal: trpc.host.terminal.pathFilter(),
      me: trpc.session.me.pathFilter(),
    };
    const seen = whenSeen(flush);
    function gather() {
      timer = undefined;
      seen.ask();
    }
    function staleAll() {
      isAllStale = true;
      seen.ask();
    }
    function flush() {
      flushedAt = performance.now();
      if (isAllStale) {
        isAllStale = false;
        changed.clear();
        containers.clear();
        return void queries.invalidateQueries();
      }
      const types = new Set(changed);
      changed.clear();
      follow.ask([...containers]);
      containers.clear();
      // Whatever happens to a container changes what uses an image, a network, a volume.
      const touched = types.has('container') ? new Set([...types, 'image', 'network', 'volume']) : types;
      for (const type of [
        'container',
        'image',
        'network',
        'volume',
        'operation',
        'user',
        'hostTerminal',
        'me',
      ] as const) {
        if (touched.has(type)) void queries.invalidateQueries(filters[type]);
      }
      if ([...types].some((type) => !UNNUMBERED.has(type))) void queries.invalidateQueries(filters.event);
    }
    function note(type: string) {
      changed.add(type);
      timer ??= setTimeout(gather, performance.now() - flushedAt > GATHER_MS ? SOON_MS : GATHER_MS);
    }
    function onEvent({ seq, event }: EventEntry) {
      if (cursor !== undefined) cursor.seq = Math.max(cursor.seq, seq);
      if (event.type === 'container') owed ??= seq - 1;
      note(event.type);
    }
    /** Its row is asked for, whether or not it will be told. */
    function onMissed({ seq, event }: EventEntry) {
      if (cursor !== undefined) cursor.seq = Math.max(cursor.seq, seq);
      if (event.type === 'container') containers.add(event.id);
      note(event.type);
    }
    function onRows(rows: ToldRows) {
      // What happened since then has its rows on the way.
      if (owed !== undefined) owed = cursor === undefined || rows.seq >= cursor.seq ? undefined : rows.seq;
      if (!document.hidden) return follow.take(rows);
      for (const id of rows.ids) containers.add(id);
      note('container');
    }
    function onHello(now: Cursor) {
      // A break between an event and its rows has taken the rows.
      const before = cursor === undefined ? readFrom() : { ...cursor, seq: owed ?? cursor.seq };
      cursor = { ...now };
      owed = undefined;
      if (before === undefined) return staleAll();
      for (const type of UNNUMBERED) note(type);
      if (before.epoch === now.epoch && before.seq === now.seq) return;
      socket.emit('events:resume', before, (resumed: Resumed) => {
        if (resumed.gap) return staleAll();
        for (const entry of resumed.events) onMissed(entry);
      });
    }
    const onOperation = (operation: unknown) => {
      if (!applyOperation(queries, trpc, operation)) note('operation');
      // Whose the image is, and so what may be done to it, is known once the work is over.
      if (madeImage(operation)) note('image');
    };
    socket.on('hello', onHello);
    socket.on('event', onEvent);
    socket.on('rows', onRows);
    const onUsers = () => note('user');
    const onHostTerminal = () => note('hostTerminal');
    const onPreferences = () => note('me');
    // One whose session ended while it was away is refused like any stranger, without a reason: that is asked for.
    const onRefused = () => note('me');
    socket.on('operation', onOperation);
    socket.on('users', onUsers);
    socket.on('host_terminal', onHostTerminal);
    socket.on('preferences', onPreferences);
    socket.on('connect_error', onRefused);
    return () => {
      clearTimeout(timer);
      seen[Symbol.dispose]();
      socket.off('hello', onHello);
      socket.off('event', onEvent);
      socket.off('rows', onRows);
      socket.off('operation', onOperation);
      socket.off('users', onUsers);
      socket.off('host_terminal', onHostTerminal);
      socket.off('preferences', onPreferences);
      socket.off('connect_error', onRefused);
    };
  }, [trpc, queries]);

  useEffect(() => {
    if (state === 'live' || ended) return;
    const seen = whenSeen(() => void queries.invalidateQueries());
    const timer = setInterval(() => seen.ask(), FALLBACK_MS);
    return () => {
      clearInterval(timer);
      seen[Symbol.dispose]();
    };
  }, [state, ended, queries]);
}
