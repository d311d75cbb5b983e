import { useTranslations } from 'next-intl';
import { useEffect, useEffectEvent, useState } from 'react';
import { Button } from '../../_ui/button.tsx';
import { plainText } from './ansi.ts';
import { isLine, type LogEntry, type LogLine } from './log-window.ts';

const SAY_MS = 3_000;
/** Of more, how many there are and the newest. */
const MOST_READ = 3;

/** For who listens to the page: new lines are read out, when asked for. Seen only while the keyboard is on it. */
export function ReadAloud({ entries }: { entries: readonly LogEntry[] }) {
  const t = useTranslations('logs');
  const [on, setOn] = useState(false);
  return (
    <>
      <Button
        size="compact"
        aria-pressed={on}
        className="sr-only focus:not-sr-only focus:mb-2 focus:h-7 focus:px-2.5"
        onClick={() => setOn(!on)}
      >
        {t('readAloud')}
      </Button>
      {on && <Said entries={entries} />}
    </>
  );
}

function Said({ entries }: { entries: readonly LogEntry[] }) {
  const t = useTranslations('logs');
  const [told, setTold] = useState(() => entries.at(-1)?.id);
  const [said, setSaid] = useState<readonly LogLine[]>([]);
  const say = useEffectEvent(() => {
    const fresh = entries.slice(entries.findLastIndex(({ id }) => id === told) + 1).filter(isLine);
    if (fresh.length === 0) return;
    setTold(entries.at(-1)?.id);
    setSaid(fresh);
  });
  useEffect(() => {
    const timer = setInterval(() => say(), SAY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <div aria-live="polite" aria-atomic="true" className="sr-only">
      {said.length > MOST_READ && <p>{t('newLines', { count: said.length })}</p>}
      {said.slice(-MOST_READ).map(({ id, text }) => (
        <p key={id}>
          <bdi>{plainText(text)}</bdi>
        </p>
      ))}
    </div>
  );
}
