import { useEffect, useState } from 'react';
import { getSocket } from '../../_lib/socket.ts';
import { whileSeen } from '../../_lib/when-seen.ts';
import { LogFeed } from './log-feed.ts';
import { type LogView, SINCE } from './log-view.ts';

const OPEN_LINES = 1_000;
/** A look at another tab keeps the log running; whoever stays away reads its end anew on return. */
const HIDDEN_MS = 30_000;

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
  useEffect(() => whileSeen(() => feed.open(), HIDDEN_MS), [feed]);
  return feed;
}
