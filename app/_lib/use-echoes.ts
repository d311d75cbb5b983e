import { useState } from 'react';

/** What was sent and has not come back; more than anybody types before a page is drawn. */
const KEPT = 100;

/**
 * For a field whose text is kept elsewhere, such as in the address, and comes back later than people type. What comes back is
 * told from what others changed: only that calls `onForeign`, while the component is drawn.
 *
 * @returns to be called with each text that is sent there
 */
export function useEchoes(value: string, onForeign: () => void): (sent: string) => void {
  const [seen, setSeen] = useState(value);
  const [sent, setSent] = useState<readonly string[]>([]);
  if (value !== seen) {
    setSeen(value);
    const own = sent.lastIndexOf(value);
    setSent(own < 0 ? [] : sent.slice(own + 1));
    if (own < 0) onForeign();
  }
  return (text) => setSent((old) => [...old, text].slice(-KEPT));
}
