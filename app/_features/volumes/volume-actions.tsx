'use client';
import { Archive, CopyPlus, Ellipsis, Trash2 } from 'lucide';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { lazyPart } from '../../_lib/lazy-part.tsx';
import type { VolumeSummary } from '../../_lib/trpc.ts';
import { IconButton } from '../../_ui/icon-button.tsx';
import { Menu, MenuItem, MenuLine } from '../../_ui/menu.tsx';
import { useCan } from '../shell/use-me.ts';
import { volumeTitle } from './volume-columns.tsx';

const BackUpVolumeDialog = lazyPart(() =>
  import('./back-up-volume-dialog.tsx').then((module) => module.BackUpVolumeDialog),
);
const CloneVolumeDialog = lazyPart(() =>
  import('./clone-volume-dialog.tsx').then((module) => module.CloneVolumeDialog),
);
const RemoveVolumesDialog = lazyPart(() => import('./remove-volumes.tsx').then((module) => module.RemoveVolumesDialog));

/** The menu of a volume with the dialogs it opens. Absent for somebody who may only look. */
export function VolumeActions({
  volume,
  onRemoved,
  size = 'row',
}: {
  volume: VolumeSummary;
  onRemoved?: () => void;
  size?: 'row' | 'head';
}) {
  const t = useTranslations('volumes');
  const can = useCan();
  const [open, setOpen] = useState<'clone' | 'backUp' | 'remove'>();
  const close = () => setOpen(undefined);
  const label = t('actionsOf', { name: volumeTitle(volume) });
  const mayCopy = can('volume:backup');
  if (!mayCopy && !can('volume:remove')) return null;
  return (
    <span className="flex justify-end">
      <Menu trigger={<IconButton icon={Ellipsis} label={label} size={size} />} label={label}>
        {mayCopy && (
          <>
            <MenuItem icon={Archive} onSelect={() => setOpen('backUp')}>
              {t('backUpDots')}
            </MenuItem>
            <MenuItem icon={CopyPlus} disabled={!can('volume:create')} onSelect={() => setOpen('clone')}>
              {t('cloneDots')}
            </MenuItem>
            <MenuLine />
          </>
        )}
        <MenuItem icon={Trash2} danger disabled={!can('volume:remove')} onSelect={() => setOpen('remove')}>
          {t('removeDots')}
        </MenuItem>
      </Menu>
      {open === 'clone' && <CloneVolumeDialog volume={volume} onClose={close} />}
      {open === 'backUp' && <BackUpVolumeDialog volume={volume} onClose={close} />}
      {open === 'remove' && (
        <RemoveVolumesDialog volumes={[volume]} onClose={close} {...(onRemoved === undefined ? {} : { onRemoved })} />
      )}
    </span>
  );
}
