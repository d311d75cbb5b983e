import { useTranslations } from 'next-intl';
import { Link } from '../../_ui/link.tsx';
import { useCan } from '../shell/use-me.ts';
import { type EventObjectType, eventsHref } from './event-query.ts';
import { operationsHref } from './operation-query.ts';

const LINK = 'underline hover:text-accent';

/** From the head of an object to what happened to it, and to the long work on it; on networks none is done. */
export function ActivityLinks({ type, name }: { type: EventObjectType; name: string }) {
  const t = useTranslations('nav');
  const can = useCan();
  return (
    <>
      {can('event:view') && (
        <Link href={eventsHref(type, name)} className={LINK}>
          {t('events')}
        </Link>
      )}
      {type !== 'network' && can('operation:view') && (
        <Link href={operationsHref(type, name)} className={LINK}>
          {t('operations')}
        </Link>
      )}
    </>
  );
}
