'use client';
import { useQuery } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { formatBytes, formatDuration } from '../../_lib/format.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { Facts } from '../../_ui/card.tsx';
import { ConfirmDialog, ObjectList } from '../../_ui/dialog.tsx';
import { CHIP_LOOKS } from './container-chip.tsx';
import { chipKind, stateSince } from './container-state.ts';
import { endsRunning, freedPorts, type Removed, stays } from './removal-facts.ts';

/** Names what goes, with its bytes, and what stays, before anything is removed. Only what is listed is removed. */
export function RemoveDialog({
  containers,
  onClose,
  onConfirm,
}: {
  containers: readonly Removed[];
  onClose: () => void;
  onConfirm: () => void;
}) {
  const t = useTranslations('containers');
  const noteOf = useNote();
  const trpc = useTRPC();
  const count = containers.length;
  const { data } = useQuery(
    trpc.containers.sizes.queryOptions(
      { containerIds: containers.map(({ id }) => id) },
      { enabled: count > 0, staleTime: 0 },
    ),
  );
  const bytes = new Map(data?.map((one) => [one.id, one.bytes]));
  const total = data?.reduce((sum, one) => sum + one.bytes, 0);
  return (
    <ConfirmDialog
      open={count > 0}
      onOpenChange={(open) => !open && onClose()}
      title={t('removeTitle', { count })}
      action={
        total === undefined ? t('removeAction', { count }) : t('removeActionBytes', { count, size: formatBytes(total) })
      }
      onAction={onConfirm}
      danger
    >
      <p className="text-muted">{t('removeText', { count })}</p>
      <ObjectList
        items={containers.map((container) => ({
          name: container.name,
          icon: CHIP_LOOKS[chipKind(container.state)].icon,
          aside: formatBytes(bytes.get(container.id)),
          note: noteOf(container),
          warns: endsRunning(container),
        }))}
      />
      <Facts
        items={[
          { term: t('removal.freed'), value: <span className="font-medium tabular-nums">{formatBytes(total)}</span> },
          { term: t('removal.stays'), value: <Stays containers={containers} /> },
        ]}
      />
    </ConfirmDialog>
  );
}

/** What its end brings with it; of one that has ended, how and when. */
function useNote(): (container: Removed) => string {
  const t = useTranslations('containers.removal');
  const words = useTranslations('state');
  const ui = useTranslations('ui');
  const locale = useLocale();
  return (container) => {
    const { state } = container;
    const how = words.markup(chipKind(state), {
      code: 'exitCode' in state ? (state.exitCode ?? 0) : 0,
      attempt: state.status === 'restarting' ? state.attempt : 0,
      long: (text) => text,
    });
    const ports = freedPorts(container);
    if (endsRunning(container))
      return ports.length === 0
        ? t('running', { how })
        : t('runningPorts', { how, count: ports.length, ports: ports.join(', ') });
    const since = stateSince(state);
    if (since === undefined) return how;
    return t('ended', { how, ago: ui('ago', { time: formatDuration(Date.now() - since.getTime(), locale) }) });
  };
}

function Stays({ containers }: { containers: readonly Removed[] }) {
  const t = useTranslations('containers.removal');
  const { volumes, images } = stays(containers);
  const values = { images, volumes: volumes.length, names: volumes.join(t('separator')) };
  return volumes.length === 0 ? t('staysImages', values) : t('staysAll', values);
}
