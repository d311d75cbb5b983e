'use client';
import { Ellipsis, Tag, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { shortId } from '../../_lib/format.ts';
import type { ImageSummary } from '../../_lib/trpc.ts';
import { IconButton } from '../../_ui/icon-button.tsx';
import { Menu, MenuItem, MenuLine } from '../../_ui/menu.tsx';
import { useCan } from '../shell/use-me.ts';
import { RemoveImageDialog } from './remove-image-dialog.tsx';
import { TagDialog } from './tag-dialog.tsx';

/** The menu of an image with the dialogs it opens; one name of several can be taken away alone. */
export function ImageActions({ image, onDeleted }: { image: ImageSummary; onDeleted?: () => void }) {
  const t = useTranslations('images');
  const can = useCan();
  const [tagging, setTagging] = useState(false);
  const [removing, setRemoving] = useState<readonly string[]>();
  const label = t('actionsOf', { name: image.references[0] ?? shortId(image.id) });
  const several = image.references.length > 1;
  return (
    <>
      <Menu trigger={<IconButton icon={Ellipsis} label={label} />} label={label}>
        <MenuItem icon={Tag} disabled={!can('image:tag')} onSelect={() => setTagging(true)}>
          {t('tagDots')}
        </MenuItem>
        <MenuLine />
        {several &&
          image.references.map((reference) => (
            <MenuItem key={reference} disabled={!can('image:remove')} onSelect={() => setRemoving([reference])}>
              {t('untagDots', { reference })}
            </MenuItem>
          ))}
        <MenuItem
          icon={Trash2}
          danger
          disabled={!can('image:remove')}
          onSelect={() => setRemoving(image.references.length === 0 ? [image.id] : image.references)}
        >
          {t('removeDots')}
        </MenuItem>
      </Menu>
      {tagging && <TagDialog image={image} onClose={() => setTagging(false)} />}
      {removing !== undefined && (
        <RemoveImageDialog
          image={image}
          names={removing}
          onClose={() => setRemoving(undefined)}
          {...(onDeleted === undefined ? {} : { onDeleted })}
        />
      )}
    </>
  );
}
