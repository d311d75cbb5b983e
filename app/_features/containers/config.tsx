'use client';
import { Eye, EyeOff } from 'lucide';
import { useTranslations } from 'next-intl';
import { type ReactNode, useState } from 'react';
import { formatBytes } from '../../_lib/format.ts';
import type { ContainerDetail } from '../../_lib/trpc.ts';
import { LinkButton } from '../../_ui/button.tsx';
import { Card } from '../../_ui/card.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { RawJson } from '../../_ui/raw-json.tsx';
import { useCanOn } from '../shell/use-me.ts';
import { type ConfigGroup, type ConfigRow, configGroups } from './config-rows.ts';
import { containerHref } from './container-actions.tsx';
import { useOptionLabel } from './create/use-option-label.ts';
import { looksSecret } from './create/view-model.ts';

/** Every setting in words, in the groups of the form that makes containers; then all of it as JSON. */
export function Config({ detail }: { detail: ContainerDetail }) {
  const t = useTranslations('containers');
  const mayEdit = useCanOn('container:update', detail.createdBy);
  const mayRead = useCanOn('container:env-read', detail.createdBy);
  const groups = configGroups(detail);
  const set = groups.filter(({ rows }) => rows.length > 0);
  const unset = groups.filter(({ rows }) => rows.length === 0);
  return (
    <div className="flex flex-col gap-4 max-md:gap-3">
      {/* Cards of unequal height stand close in columns; in a grid each row would be as high as its highest. */}
      <div className="gap-4 xl:columns-2">
        {set.map((group) => (
          <GroupCard
            key={group.section}
            group={group}
            aside={
              mayEdit &&
              (group.section === 'resources' || group.section === 'restart') && (
                <LinkButton size="compact" href={containerHref(detail.name, '/edit')}>
                  {t('editLimits')}
                </LinkButton>
              )
            }
            note={group.section === 'env' && !mayRead ? t('config.masked') : undefined}
          />
        ))}
      </div>
      {unset.length > 0 && <Unset groups={unset} />}
      <RawJson title={t('rawConfig')} value={detail} />
    </div>
  );
}

function GroupCard({ group, aside, note }: { group: ConfigGroup; aside: ReactNode; note: string | undefined }) {
  const form = useTranslations('create');
  const labelOf = useOptionLabel();
  return (
    <Card className="mb-4 break-inside-avoid max-md:mb-3" title={form(`sections.${group.section}`)} aside={aside} flush>
      <dl>
        {group.rows.map((row) => (
          <div
            key={row.key}
            className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)] gap-x-4 border-hairline border-t px-4 py-2 text-table first:border-t-0 max-md:grid-cols-1 max-md:px-3"
          >
            <dt className="min-w-0">
              <span className="block text-muted">{labelOf(row)}</span>
              {row.flag !== undefined && <code className="block text-caption text-faint">{row.flag}</code>}
            </dt>
            <dd className="min-w-0 [overflow-wrap:anywhere]">
              <Value row={row} />
            </dd>
          </div>
        ))}
      </dl>
      {note !== undefined && (
        <p className="border-hairline border-t px-4 py-2 text-caption text-muted max-md:px-3">{note}</p>
      )}
    </Card>
  );
}

function Value({ row: { value, fromImage } }: { row: ConfigRow }) {
  const t = useTranslations('containers');
  const form = useTranslations('create');
  switch (value.kind) {
    case 'on':
      return t('config.on');
    case 'unlimited':
      return t('config.unlimited');
    case 'bytes':
      return <span title={`${value.bytes} B`}>{formatBytes(value.bytes)}</span>;
    case 'restart':
      return value.name === 'on-failure' && value.maxRetries > 0
        ? t('policyRetries', { count: value.maxRetries })
        : form(`policies.${value.name}`);
    case 'texts':
      return (
        <>
          {value.texts.map((text, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: one entry may be there twice
            <span key={index} className="block whitespace-pre-wrap font-mono text-mono">
              {text}
            </span>
          ))}
          {fromImage && <span className="text-caption text-muted">{t('config.fromImage')}</span>}
        </>
      );
    case 'env':
      return value.variables.map((variable) => <Variable key={variable.name} {...variable} />);
    case 'ports':
      return value.ports.map((port) => (
        <span key={port.key} className="block font-mono text-mono">
          {`${port.hostAddress || '0.0.0.0'}:${port.hostPort || '*'} → ${port.containerPort}/${port.protocol}`}
        </span>
      ));
    case 'mounts':
      return value.mounts.map((mount) => (
        <span key={mount.key} className="block py-0.5">
          <span className="font-mono text-mono">{mount.target}</span>
          <span className="block text-caption text-muted">
            {[
              mount.type === 'tmpfs'
                ? t('mountTmpfs')
                : mount.type === 'bind'
                  ? t('config.folder', { source: mount.source })
                  : mount.source === ''
                    ? t('config.anonymous')
                    : t('mountVolume', { name: mount.source }),
              ...(mount.readOnly ? [t('readOnly')] : []),
              ...(mount.size === '' ? [] : [mount.size]),
              // A folder that is there by now was not made: nothing to tell.
              ...mount.options.split(',').filter((word) => word !== '' && word !== 'must-exist'),
            ].join(', ')}
          </span>
        </span>
      ));
  }
}

/** A value that looks secret is hidden until somebody asks for it: others may see the screen. */
function Variable({ name, value }: { name: string; value: string }) {
  const t = useTranslations('containers');
  const [shown, setShown] = useState(false);
  const hides = looksSecret(name) && value !== '';
  return (
    <span className="flex items-center gap-1 font-mono text-mono">
      <span className="min-w-0 whitespace-pre-wrap [overflow-wrap:anywhere]">
        {`${name}=${hides && !shown ? '••••••••' : value}`}
      </span>
      {hides && (
        <IconButton
          icon={shown ? EyeOff : Eye}
          label={t(shown ? 'config.hide' : 'config.show', { name })}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
        />
      )}
    </span>
  );
}

function Unset({ groups }: { groups: readonly ConfigGroup[] }) {
  const t = useTranslations('containers');
  const form = useTranslations('create');
  const names = groups.map(({ section }) => form(`sections.${section}`)).join(t('config.separator'));
  return <p className="text-muted text-table">{t('config.unset', { names })}</p>;
}
