import { useEffect, useState } from 'react';
import { getSocket } from '../../_lib/socket.ts';
import { LogFeed } from './log-feed.ts';
import { type LogView, SINCE } from './log-view.ts';

const OPEN_LINES = 1_000;

/** The lines that a view asks for, as long as its page is there. */
export function useFeed(containerId: string, { since, from, to, stream, place }: LogView): LogFeed {
  const [feed] = useState(() => {
    const minutes = from === undefined && to === undefined ? SINCE[since] : undefined;
    return new LogFeed(getSocket('/logs'), {
      containerId,
      stdout: stream !== 'stderr',
      stderr: stream !== 'stdout',
      since: minutes === undefined ? from : new Date(Date.now() - minutes * 60_000),
      until: to,
      tail: OPEN_LINES,
      place,
    });
  });
  useEffect(() => feed.open(), [feed]);
  return feed;
}
