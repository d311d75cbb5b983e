import { useQuery } from '@tanstack/react-query';
import { RotateCw } from 'lucide';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { cx } from '../../_lib/cx.ts';
import { shortId } from '../../_lib/format.ts';
import { type EngineEvent, useTRPC } from '../../_lib/trpc.ts';
import { Icon } from '../../_ui/icon.tsx';
import { Link } from '../../_ui/link.tsx';
import { networkHref } from '../networks/network-href.ts';
import { volumeHref } from '../volumes/volume-href.ts';
import { eventLook } from './event-look.ts';
import { eventWords } from './event-words.ts';
import type { Loop } from './fold-loops.ts';

const TONES = { faint: 'text-faint', success: 'text-success', danger: 'text-danger' } as const;

/** What kind of object, one sentence that begins with who did it where somebody did, and through which door. */
export function EventSentence({ event }: { event: EngineEvent }) {
  const t = useTranslations('event');
  const by = useTranslations('event.by');
  const alone = useTranslations('event.alone');
  const { actor, attributes } = event;
  const code = event.action === 'die' ? attributes['exitCode'] : undefined;
  const look = eventLook(event);
  const door = event.entrance ?? (actor === undefined ? 'engine' : undefined);
  const { kind, form } = eventWords(event, (one, told) =>
    told === 'by' ? by.has(one as 'start') : alone.has(one as 'start'),
  );
  const words = {
    actor: actor ?? '',
    action: event.action,
    name: shownName(event),
    who: (text: ReactNode) => <span className="font-medium text-fg">{text}</span>,
    what: (text: ReactNode) => <EventObject event={event}>{text}</EventObject>,
    other: () =>
      event.type === 'network' ? (
        <ConnectedContainer id={attributes['container'] ?? ''} />
      ) : (
        <span className="font-medium text-fg">{attributes['oldName']?.replace(/^\//, '')}</span>
      ),
  };
  return (
    <span className="flex min-w-0 flex-1 items-center gap-x-2.5">
      <span title={t(`type_${event.type}`)} className="flex flex-none">
        <Icon icon={look.icon} className={TONES[look.tone]} />
        <span className="sr-only">{t(`type_${event.type}`)}</span>
      </span>
      <span className="min-w-0 flex-1 text-muted [overflow-wrap:anywhere]">
        {form === 'by' ? by.rich(kind as 'start', words) : alone.rich(kind as 'start', words)}
        {code !== undefined && code !== '0' && (
          <span className="ml-1.5 text-danger tabular-nums">{t('exitCode', { code })}</span>
        )}
      </span>
      <span className="max-w-[40%] flex-none text-caption text-faint [overflow-wrap:anywhere]">
        {form === 'alone' && actor !== undefined && <span className="mr-1.5">{actor}</span>}
        {door !== undefined && t(`entrance.${door}`)}
        {event.operationId !== undefined && (
          <Link
            href={`/activity/operations/${event.operationId}`}
            className="ml-1.5 whitespace-nowrap underline hover:text-accent"
          >
            {t('operation')}
          </Link>
        )}
      </span>
    </span>
  );
}

/** How often a container was started again, in place of the events of each time. */
export function LoopSentence({ loop: { event, restarts }, since }: { loop: Loop; since: string }) {
  const t = useTranslations('event');
  const code = event.attributes['exitCode'];
  return (
    <span className="flex min-w-0 flex-1 items-center gap-x-2.5">
      <span title={t('type_container')} className="flex flex-none">
        <Icon icon={RotateCw} className="text-warning" />
        <span className="sr-only">{t('type_container')}</span>
      </span>
      <span className="min-w-0 flex-1 text-muted [overflow-wrap:anywhere]">
        {t.rich('loop', {
          name: shownName(event),
          count: restarts,
          time: since,
          what: (text) => <EventObject event={event}>{text}</EventObject>,
        })}
        {code !== undefined && code !== '0' && (
          <span className="ml-1.5 text-danger tabular-nums">{t('exitCode', { code })}</span>
        )}
      </span>
      <span className="flex-none text-caption text-faint">{t('entrance.engine')}</span>
    </span>
  );
}

/** The object's name, as a link where it has a page. */
function EventObject({ event, children }: { event: EngineEvent; children: ReactNode }) {
  const href = hrefOf(event);
  if (href === undefined) return <span className="font-medium text-fg">{children}</span>;
  return (
    <Link href={href} className="inline-flex min-h-6 items-center font-medium text-fg hover:text-accent">
      {children}
    </Link>
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
        'inline-flex min-h-6 items-center text-fg hover:text-accent',
        data === undefined ? 'font-mono text-mono' : 'font-medium',
      )}
    >
      {data ?? shortId(id)}
    </Link>
  );
}

/** Images without a name are told by their digest. */
function shownName({ name, id }: EngineEvent): string {
  return name === undefined || name === id ? shortId(id) : name;
}

const HREFS: Partial<Record<EngineEvent['type'], (name: string) => string>> = {
  container: (name) => `/containers/${encodeURIComponent(name)}`,
  network: networkHref,
  volume: volumeHref,
};

/** Where the object is, unless it went with this. */
function hrefOf(event: EngineEvent): string | undefined {
  const toHref = HREFS[event.type];
  const isGone = ['destroy', 'delete', 'remove'].includes(event.action);
  // Of a container that is gone its page tells what is left.
  if (toHref === undefined || (isGone && event.type !== 'container')) return undefined;
  return toHref(event.name ?? event.id);
}
