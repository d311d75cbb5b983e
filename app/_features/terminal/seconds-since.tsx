import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';

/** Seconds since it was first drawn; for the eye only, or a reader would say each of them. */
export function SecondsSince() {
  const t = useTranslations('terminal');
  const [from] = useState(Date.now);
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds(Math.floor((Date.now() - from) / 1_000)), 250);
    return () => clearInterval(timer);
  }, [from]);
  return (
    <span aria-hidden="true" className="tabular-nums">
      {t('seconds', { count: seconds })}
    </span>
  );
}
