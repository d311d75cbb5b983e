'use client';
import { Download, Ellipsis, Play, Tag, Trash2 } from 'lucide';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { type ReactNode, useState } from 'react';
import { startDownload } from '../../_lib/download.ts';
import { shortId } from '../../_lib/format.ts';
import { lazyPart } from '../../_lib/lazy-part.tsx';
import type { ImageSummary } from '../../_lib/trpc.ts';
import { Button } from '../../_ui/button.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { Menu, MenuItem, MenuLine } from '../../_ui/menu.tsx';
import { useCan } from '../shell/use-me.ts';
import { useBars } from './use-bars.ts';

const RemoveImageDialog = lazyPart(() =>
  import('./remove-image-dialog.tsx').then((module) => module.RemoveImageDialog),
);
const TagDialog = lazyPart(() => import('./tag-dialog.tsx').then((module) => module.TagDialog));

/** The archive of these images, each under its first name; one without a name by its id. */
export function saveHref(images: readonly Pick<ImageSummary, 'id' | 'references'>[]): string {
  const names = images.map(({ id, references }) => ['name', references[0] ?? id]);
  return `/api/images/save?${new URLSearchParams(names)}`;
}

interface Props {
  image: ImageSummary;
  onDeleted?: () => void;
}

type Asked = { kind: 'tag' } | { kind: 'remove'; reference: string | undefined };

/** The menu of a row. */
export function ImageActions({ image, onDeleted }: Props) {
  const t = useTranslations('images');
  const can = useCan();
  const barOf = useBars(image);
  const router = useRouter();
  const [asked, setAsked] = useState<Asked>();
  if (!['container:create', 'image:tag', 'image:save', 'image:remove'].some(can)) return null;
  return (
    <>
      <ImageMenu image={image} onAsk={setAsked}>
        {can('container:create') && (
          <MenuItem
            icon={Play}
            onSelect={() => router.push(`/containers/new?image=${encodeURIComponent(image.references[0] ?? image.id)}`)}
          >
            {t('runDots')}
          </MenuItem>
        )}
        {can('image:tag') && (
          <MenuItem icon={Tag} writes {...barOf('tag')} onSelect={() => setAsked({ kind: 'tag' })}>
            {t('tagDots')}
          </MenuItem>
        )}
        {can('image:save') && (
          <MenuItem icon={Download} {...barOf('save')} onSelect={() => startDownload(saveHref([image]))}>
            {t('save')}
          </MenuItem>
        )}
      </ImageMenu>
      <ImageDialogs image={image} asked={asked} onClose={() => setAsked(undefined)} onDeleted={onDeleted} />
    </>
  );
}

/** Of a page head: what is asked for most stands beside, the rest is in the menu. */
export function ImageHeadActions({ image, onDeleted }: Props) {
  const t = useTranslations('images');
  const can = useCan();
  const barOf = useBars(image);
  const [tag, save] = [barOf('tag'), barOf('save')];
  const [asked, setAsked] = useState<Asked>();
  return (
    <>
      {can('image:tag') && (
        <Button icon={Tag} writes disabled={tag.disabled} title={tag.reason} onClick={() => setAsked({ kind: 'tag' })}>
          {t('tagShort')}
        </Button>
      )}
      {can('image:save') && (
        <Button
          icon={Download}
          disabled={save.disabled}
          title={save.reason}
          onClick={() => startDownload(saveHref([image]))}
        >
          {t('saveShort')}
        </Button>
      )}
      {can('image:remove') && <ImageMenu image={image} onAsk={setAsked} size="head" />}
      <ImageDialogs image={image} asked={asked} onClose={() => setAsked(undefined)} onDeleted={onDeleted} />
    </>
  );
}

/** What takes away, last; one name of several can go alone. */
function ImageMenu({
  image,
  onAsk,
  size = 'row',
  children,
}: {
  image: ImageSummary;
  onAsk: (asked: Asked) => void;
  size?: 'row' | 'head';
  children?: ReactNode;
}) {
  const t = useTranslations('images');
  const can = useCan();
  const bar = useBars(image)('remove');
  const label = t('actionsOf', { name: image.references[0] ?? shortId(image.id) });
  return (
    <Menu trigger={<IconButton icon={Ellipsis} label={label} size={size} />} label={label}>
      {children}
      {can('image:remove') && (
        <>
          {children !== undefined && <MenuLine />}
          {image.references.length > 1 &&
            image.references.map((reference) => (
              <MenuItem key={reference} writes {...bar} onSelect={() => onAsk({ kind: 'remove', reference })}>
                {t('untagDots', { reference })}
              </MenuItem>
            ))}
          <MenuItem
            icon={Trash2}
            danger
            writes
            {...bar}
            onSelect={() => onAsk({ kind: 'remove', reference: undefined })}
          >
            {t('removeDots')}
          </MenuItem>
        </>
      )}
    </Menu>
  );
}

function ImageDialogs({
  image,
  asked,
  onClose,
  onDeleted,
}: {
  image: ImageSummary;
  asked: Asked | undefined;
  onClose: () => void;
  onDeleted: (() => void) | undefined;
}) {
  if (asked?.kind === 'tag') return <TagDialog image={image} onClose={onClose} />;
  if (asked === undefined) return null;
  return (
    <RemoveImageDialog
      image={image}
      reference={asked.reference}
      onClose={onClose}
      {...(onDeleted === undefined ? {} : { onDeleted })}
    />
  );
}
