import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { cx } from '../../_lib/cx.ts';
import { shortId } from '../../_lib/format.ts';
import { type EngineEvent, useTRPC } from '../../_lib/trpc.ts';
import { Icon } from '../../_ui/icon.tsx';
import { Link } from '../../_ui/link.tsx';
import { eventLook } from './event-look.ts';

const TONES = { faint: 'text-faint', success: 'text-success', danger: 'text-danger' } as const;

/** What kind of object, the action in words where we have some, the object's name as a link, and who did it. */
export function EventSentence({ event }: { event: EngineEvent }) {
  const t = useTranslations('event');
  const action = event.action.split(':')[0] ?? event.action;
  const health = /^health_status: (healthy|unhealthy)$/.exec(event.action)?.[1];
  const words = health === undefined ? (t.has(action) ? t(action) : event.action) : t(`health_status_${health}`);
  const name = event.name ?? shortId(event.id);
  const href = hrefOf(event, name);
  const code = event.action === 'die' ? event.attributes['exitCode'] : undefined;
  const look = eventLook(event);
  const failed = code !== undefined && code !== '0';
  return (
    <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-1.5">
      <span title={t(`type_${event.type}`)} className="mr-1 flex">
        <Icon icon={look.icon} className={TONES[look.tone]} />
        <span className="sr-only">{t(`type_${event.type}`)}</span>
      </span>
      <span className="text-muted">{words}</span>
      {href === undefined ? (
        <span className="font-medium [overflow-wrap:anywhere]">{name}</span>
      ) : (
        <Link
          href={href}
          className="inline-flex min-h-6 items-center font-medium [overflow-wrap:anywhere] hover:text-accent"
        >
          {name}
        </Link>
      )}
      {event.type === 'network' && event.attributes['container'] !== undefined && (
        <ConnectedContainer id={event.attributes['container']} />
      )}
      {failed && <span className="text-danger tabular-nums">{t('exitCode', { code })}</span>}
      {event.actor !== undefined && (
        <span className="ml-auto min-w-0 text-caption text-faint [overflow-wrap:anywhere]">
          {event.entrance === 'cli' ? t('byCli', { actor: event.actor }) : event.actor}
        </span>
      )}
    </span>
  );
}

/** Events of networks tell the id alone; one that has gone meanwhile keeps it. */
function ConnectedContainer({ id }: { id: string }) {
  const { data } = useQuery(
    useTRPC().containers.list.queryOptions({}, { select: (list) => list.find((one) => one.id === id)?.name }),
  );
  return (
    <Link
      href={`/containers/${encodeURIComponent(data ?? id)}`}
      className={cx(
        'inline-flex min-h-6 items-center text-muted [overflow-wrap:anywhere] hover:text-accent',
        data === undefined && 'font-mono text-mono',
      )}
    >
      {data ?? shortId(id)}
    </Link>
  );
}

const PAGES: Partial<Record<EngineEvent['type'], string>> = {
  container: '/containers',
  network: '/networks',
  volume: '/volumes',
};

/** Where the object is, unless it went with this. */
function hrefOf(event: EngineEvent, name: string): string | undefined {
  const page = PAGES[event.type];
  const isGone = ['destroy', 'delete', 'remove'].includes(event.action);
  // Of a container that is gone its page tells what is left.
  if (page === undefined || (isGone && event.type !== 'container')) return undefined;
  return `${page}/${encodeURIComponent(name)}`;
}
