'use client';
import {
  Camera,
  CirclePause,
  CirclePlay,
  CopyPlus,
  Download,
  Ellipsis,
  type IconNode,
  PenLine,
  Play,
  RotateCw,
  ScrollText,
  SlidersHorizontal,
  Square,
  SquareTerminal,
  Trash2,
  Zap,
} from 'lucide';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { memo } from 'react';
import { startDownload } from '../../_lib/download.ts';
import type { ContainerSummary } from '../../_lib/trpc.ts';
import { Icon } from '../../_ui/icon.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { Link } from '../../_ui/link.tsx';
import { Menu, MenuItem, MenuLine } from '../../_ui/menu.tsx';
import { useCan } from '../shell/use-me.ts';
import { permissionOf, type Verb } from './use-container-verbs.ts';

type Shown = Pick<ContainerSummary, 'allowedActions' | 'state' | 'name'>;

/** What a row or a page head asks for; those with a dialog are decided there. */
export type Order = Verb | 'rename' | 'commit';

/** One icon a verb, wherever it is offered. */
export const VERB_ICONS: Readonly<Record<Exclude<Verb, 'remove'>, IconNode>> = {
  start: Play,
  stop: Square,
  restart: RotateCw,
  pause: CirclePause,
  unpause: CirclePlay,
  kill: Zap,
};

interface Props {
  container: Shown;
  /** What is under way, by whomever. */
  pending: Verb | undefined;
  onOrder: (order: Order) => void;
}

export function containerHref(name: string, tab = ''): string {
  return `/containers/${encodeURIComponent(name)}${tab}`;
}

export function useMay(container: Shown, pending: Verb | undefined): (order: Order) => boolean {
  const can = useCan();
  return (order) =>
    // A stop need not be waited for: what does not listen can be killed.
    (pending === undefined || (order === 'kill' && (pending === 'stop' || pending === 'restart'))) &&
    can(order === 'rename' || order === 'commit' ? `container:${order}` : permissionOf(order)) &&
    // Removing ends what runs first.
    (order === 'remove' || order === 'commit'
      ? container.state.status !== 'removing'
      : container.allowedActions.some((action) => action === order));
}

/**
 * Actions of a row: the first ones as icons, the rest in the menu. What is impossible now keeps its place, disabled. Figures of a
 * row that tick do not draw them anew.
 */
export const RowActions = memo(AllActions, areSame);

function areSame(before: Props, now: Props): boolean {
  const [a, b] = [before.container, now.container];
  return (
    a.name === b.name && a.state === b.state && a.allowedActions === b.allowedActions && before.pending === now.pending
  );
}

function AllActions({ container, pending, onOrder }: Props) {
  const t = useTranslations('containers');
  const can = useCan();
  const may = useMay(container, pending);
  const main = mainVerb(container);
  return (
    <div className="flex justify-end">
      <span className="flex max-md:hidden">
        {can(`container:${main}`) && (
          <IconButton
            icon={main === 'stop' ? Square : Play}
            label={t(`${main}Named`, { name: container.name })}
            writes
            disabled={!may(main)}
            onClick={() => onOrder(main)}
          />
        )}
        {can('container:restart') && (
          <IconButton
            icon={RotateCw}
            label={t('restartNamed', { name: container.name })}
            writes
            disabled={!may('restart')}
            onClick={() => onOrder('restart')}
          />
        )}
        {can('container:logs') && (
          <IconLink
            icon={ScrollText}
            href={containerHref(container.name, '/logs')}
            label={t('logsOf', { name: container.name })}
          />
        )}
        {can('container:exec') &&
          (container.state.status === 'running' ? (
            <IconLink
              icon={SquareTerminal}
              href={containerHref(container.name, '/terminal')}
              label={t('terminalOf', { name: container.name })}
            />
          ) : (
            <IconButton icon={SquareTerminal} label={t('terminalOf', { name: container.name })} disabled />
          ))}
      </span>
      <ActionMenu container={container} pending={pending} onOrder={onOrder} />
    </div>
  );
}

export function mainVerb({ state }: Pick<Shown, 'state'>): 'start' | 'stop' {
  return state.status === 'running' || state.status === 'paused' || state.status === 'restarting' ? 'stop' : 'start';
}

/** Absent for somebody who may only look. */
export function ActionMenu({ container, pending, onOrder, size = 'row' }: Props & { size?: 'row' | 'head' }) {
  const t = useTranslations('containers');
  const can = useCan();
  const may = useMay(container, pending);
  const main = mainVerb(container);
  const router = useRouter();
  const items: readonly { order: Order; icon: IconNode }[] = [
    ...([main, 'restart', container.state.status === 'paused' ? 'unpause' : 'pause', 'kill'] as const).map((order) => ({
      order,
      icon: VERB_ICONS[order],
    })),
    { order: 'rename', icon: PenLine },
    { order: 'commit', icon: Camera },
  ];
  const offered = items.filter(({ order }) =>
    can(order === 'rename' || order === 'commit' ? `container:${order}` : permissionOf(order)),
  );
  const links = [
    { key: 'editLimitsDots', icon: SlidersHorizontal, right: 'container:update', tab: '/edit' },
    { key: 'duplicateDots', icon: CopyPlus, right: 'container:create', tab: '/duplicate' },
  ].filter(({ right }) => can(right));
  if (offered.length === 0 && links.length === 0 && !can('container:remove')) return null;
  const label = t('actionsOf', { name: container.name });
  return (
    <Menu trigger={<IconButton icon={Ellipsis} label={label} size={size} />} label={label}>
      {offered.map(({ order, icon }) => (
        <MenuItem key={order} icon={icon} writes disabled={!may(order)} onSelect={() => onOrder(order)}>
          {t(order === 'kill' || order === 'rename' || order === 'commit' ? `${order}Dots` : order)}
        </MenuItem>
      ))}
      {links.map(({ key, icon, tab }) => (
        <MenuItem key={key} icon={icon} onSelect={() => router.push(containerHref(container.name, tab))}>
          {t(key as 'duplicateDots')}
        </MenuItem>
      ))}
      {can('container:export') && (
        <MenuItem icon={Download} onSelect={() => startDownload(`/api${containerHref(container.name, '/export')}`)}>
          {t('export')}
        </MenuItem>
      )}
      {can('container:remove') && (
        <>
          <MenuLine />
          <MenuItem icon={Trash2} danger writes disabled={!may('remove')} onSelect={() => onOrder('remove')}>
            {t('removeDots')}
          </MenuItem>
        </>
      )}
    </Menu>
  );
}

function IconLink({ icon, href, label }: { icon: IconNode; href: string; label: string }) {
  return (
    <Link
      href={href}
      aria-label={label}
      title={label}
      className="inline-flex size-7 flex-none items-center justify-center rounded-control text-faint hover:bg-hover hover:text-fg group-hover/row:text-muted"
    >
      <Icon icon={icon} />
    </Link>
  );
}
