import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { shortId } from '../../_lib/format.ts';
import type { EngineEvent } from '../../_lib/trpc.ts';

/** Type and action in words where we have some, the object's name as a link, and who did it. */
export function EventSentence({ event }: { event: EngineEvent }) {
  const t = useTranslations('event');
  const action = event.action.split(':')[0] ?? event.action;
  const health = /^health_status: (healthy|unhealthy)$/.exec(event.action)?.[1];
  const words = health === undefined ? (t.has(action) ? t(action) : event.action) : t(`health_status_${health}`);
  const name = event.name ?? shortId(event.id);
  const href = hrefOf(event, name);
  return (
    <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-1.5">
      <span className="text-muted">{words}</span>
      {href === undefined ? (
        <span className="font-medium [overflow-wrap:anywhere]">{name}</span>
      ) : (
        <Link href={href} className="font-medium [overflow-wrap:anywhere] hover:text-accent">
          {name}
        </Link>
      )}
      {event.actor !== undefined && (
        <span className="ml-auto text-caption text-faint">
          {event.entrance === 'cli' ? t('byCli', { actor: event.actor }) : event.actor}
        </span>
      )}
    </span>
  );
}

function hrefOf(event: EngineEvent, name: string): string | undefined {
  if (event.action === 'destroy' || event.action === 'delete') return undefined;
  if (event.type === 'container') return `/containers/${encodeURIComponent(name)}`;
  return undefined;
}
