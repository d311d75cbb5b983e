'use client';
import { Download, Ellipsis, Play, Tag, Trash2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { startDownload } from '../../_lib/download.ts';
import { shortId } from '../../_lib/format.ts';
import { lazyPart } from '../../_lib/lazy-part.tsx';
import type { ImageSummary } from '../../_lib/trpc.ts';
import { IconButton } from '../../_ui/icon-button.tsx';
import { Menu, MenuItem, MenuLine } from '../../_ui/menu.tsx';
import { useCan } from '../shell/use-me.ts';

const RemoveImageDialog = lazyPart(() =>
  import('./remove-image-dialog.tsx').then((module) => module.RemoveImageDialog),
);
const TagDialog = lazyPart(() => import('./tag-dialog.tsx').then((module) => module.TagDialog));

/** The archive of these images, each under its first name; one without a name by its id. */
export function saveHref(images: readonly Pick<ImageSummary, 'id' | 'references'>[]): string {
  const names = images.map(({ id, references }) => ['name', references[0] ?? id]);
  return `/api/images/save?${new URLSearchParams(names)}`;
}

/** The menu of an image with the dialogs it opens; one name of several can be taken away alone. */
export function ImageActions({ image, onDeleted }: { image: ImageSummary; onDeleted?: () => void }) {
  const t = useTranslations('images');
  const can = useCan();
  const router = useRouter();
  const [tagging, setTagging] = useState(false);
  const [removing, setRemoving] = useState<{ reference: string | undefined }>();
  const name = image.references[0] ?? shortId(image.id);
  const label = t('actionsOf', { name });
  const mayRemove = can('image:remove');
  return (
    <>
      <Menu trigger={<IconButton icon={Ellipsis} label={label} />} label={label}>
        <MenuItem
          icon={Play}
          disabled={!can('container:create')}
          onSelect={() => router.push(`/containers/new?image=${encodeURIComponent(image.references[0] ?? image.id)}`)}
        >
          {t('runDots')}
        </MenuItem>
        <MenuItem icon={Tag} disabled={!can('image:tag')} onSelect={() => setTagging(true)}>
          {t('tagDots')}
        </MenuItem>
        <MenuItem icon={Download} disabled={!can('image:save')} onSelect={() => startDownload(saveHref([image]))}>
          {t('save')}
        </MenuItem>
        <MenuLine />
        {image.references.length > 1 &&
          image.references.map((reference) => (
            <MenuItem key={reference} disabled={!mayRemove} onSelect={() => setRemoving({ reference })}>
              {t('untagDots', { reference })}
            </MenuItem>
          ))}
        <MenuItem icon={Trash2} danger disabled={!mayRemove} onSelect={() => setRemoving({ reference: undefined })}>
          {t('removeDots')}
        </MenuItem>
      </Menu>
      {tagging && <TagDialog image={image} onClose={() => setTagging(false)} />}
      {removing !== undefined && (
        <RemoveImageDialog
          image={image}
          reference={removing.reference}
          onClose={() => setRemoving(undefined)}
          {...(onDeleted === undefined ? {} : { onDeleted })}
        />
      )}
    </>
  );
}
