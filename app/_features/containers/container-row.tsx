'use client';
import { CirclePause, CirclePlay, Ellipsis, Play, RotateCw, Square, Trash2, Zap } from 'lucide-react';
import Link from 'next/link';
import { useLocale, useTranslations } from 'next-intl';
import { cx } from '../../_lib/cx.ts';
import { formatDuration, formatTime } from '../../_lib/format.ts';
import type { ContainerSummary } from '../../_lib/trpc.ts';
import { IconButton } from '../../_ui/icon-button.tsx';
import { Menu, MenuItem, MenuLine } from '../../_ui/menu.tsx';
import { useCan } from '../shell/use-me.ts';
import { ContainerChip } from './container-chip.tsx';
import { stateSince } from './container-state.ts';
import { PortLinks } from './port-links.tsx';
import type { Verb } from './use-container-verbs.ts';

interface Props {
  container: ContainerSummary;
  pending: Verb | undefined;
  selected: boolean;
  onSelect: () => void;
  onVerb: (verb: Verb) => void;
}

/** A row of the table, a card on phones. Impossible actions keep their place, disabled. */
export function ContainerRow({ container, pending, selected, onSelect, onVerb }: Props) {
  const t = useTranslations('containers');
  const ui = useTranslations('ui');
  const locale = useLocale();
  const since = stateSince(container.state);
  const cell = 'px-2 max-md:block max-md:px-0';
  return (
    <tr
      aria-selected={selected}
      className={cx(
        'group/row h-10 border-hairline border-b last:border-b-0',
        'max-md:relative max-md:block max-md:h-auto max-md:rounded-card max-md:border max-md:border-line max-md:bg-surface max-md:p-3',
        selected ? 'bg-selected shadow-[inset_3px_0_var(--accent)]' : 'hover:bg-hover',
      )}
    >
      <td className="pl-4 max-md:hidden">
        <input
          type="checkbox"
          aria-label={ui('selectRow', { name: container.name })}
          checked={selected}
          onChange={onSelect}
          className="size-4 accent-accent align-middle"
        />
      </td>
      <td className={cell}>
        <ContainerChip state={container.state} pending={pending} />
      </td>
      <td className={cell}>
        <Link
          href={`/containers/${encodeURIComponent(container.name)}`}
          className="font-medium hover:text-accent max-md:font-semibold max-md:text-body"
        >
          {container.name}
        </Link>
      </td>
      <td className={cx(cell, 'max-w-64 truncate font-mono text-mono text-muted')}>{container.image}</td>
      <td className="whitespace-nowrap px-2 text-muted max-lg:hidden">{formatTime(container.createdAt, locale)}</td>
      <td className={cx(cell, 'max-lg:hidden')}>
        <PortLinks ports={container.ports} />
      </td>
      <td className={cx(cell, 'whitespace-nowrap text-muted')}>
        {since === undefined ? '–' : formatDuration(Date.now() - since.getTime(), locale)}
      </td>
      <td className="px-2 max-md:absolute max-md:top-1 max-md:right-1 max-md:p-0">
        <ContainerActions
          container={container}
          disabled={pending !== undefined}
          onVerb={onVerb}
          label={t('actionsOf', { name: container.name })}
        />
      </td>
    </tr>
  );
}

export function ContainerActions({
  container,
  disabled,
  onVerb,
  label,
}: {
  container: Pick<ContainerSummary, 'allowedActions' | 'state' | 'name'>;
  disabled: boolean;
  onVerb: (verb: Verb) => void;
  label: string;
}) {
  const t = useTranslations('containers');
  const can = useCan();
  const may = (verb: Verb) =>
    !disabled &&
    can(`container:${verb === 'unpause' ? 'pause' : verb}`) &&
    container.allowedActions.some((action) => action === verb);
  const up = container.state.status === 'running' || container.state.status === 'paused';
  const main = up ? 'stop' : 'start';
  return (
    <div className="flex justify-end">
      <span className="flex max-md:hidden">
        {can(`container:${main}`) && (
          <IconButton icon={up ? Square : Play} label={t(main)} disabled={!may(main)} onClick={() => onVerb(main)} />
        )}
        {can('container:restart') && (
          <IconButton
            icon={RotateCw}
            label={t('restart')}
            disabled={!may('restart')}
            onClick={() => onVerb('restart')}
          />
        )}
      </span>
      <Menu trigger={<IconButton icon={Ellipsis} label={label} />} label={label}>
        <MenuItem icon={up ? Square : Play} disabled={!may(main)} onSelect={() => onVerb(main)}>
          {t(main)}
        </MenuItem>
        <MenuItem icon={RotateCw} disabled={!may('restart')} onSelect={() => onVerb('restart')}>
          {t('restart')}
        </MenuItem>
        <MenuItem icon={CirclePause} disabled={!may('pause')} onSelect={() => onVerb('pause')}>
          {t('pause')}
        </MenuItem>
        <MenuItem icon={CirclePlay} disabled={!may('unpause')} onSelect={() => onVerb('unpause')}>
          {t('unpause')}
        </MenuItem>
        <MenuItem icon={Zap} disabled={!may('kill')} onSelect={() => onVerb('kill')}>
          {t('kill')}
        </MenuItem>
        <MenuLine />
        <MenuItem
          icon={Trash2}
          danger
          disabled={disabled || !can('container:remove')}
          onSelect={() => onVerb('remove')}
        >
          {t('removeDots')}
        </MenuItem>
      </Menu>
    </div>
  );
}
