'use client';
import { useTranslations } from 'next-intl';
import { RawJson } from '../../_ui/raw-json.tsx';
import { ConfigCard, RemovalCard, UsersCard } from './image-cards.tsx';
import { ImageFrame } from './image-frame.tsx';
import { HistoryCard, LayersCard } from './image-layers.tsx';
import { ImageUsers } from './image-users.tsx';

/** What it is: how it starts, how it came to be, who uses it and what its removal frees. */
export function ImagePage({ id }: { id: string }) {
  return (
    <ImageFrame id={id}>
      {(image) => (
        <div className="grid grid-cols-12 items-start gap-4 max-md:gap-3">
          <div className="col-span-8 flex min-w-0 flex-col gap-4 max-xl:col-span-12 max-md:gap-3">
            <ConfigCard image={image} />
            <HistoryCard image={image} />
          </div>
          <div className="col-span-4 flex min-w-0 flex-col gap-4 max-xl:col-span-12 max-md:gap-3">
            <UsersCard image={image} />
            <RemovalCard image={image} />
          </div>
        </div>
      )}
    </ImageFrame>
  );
}

/** What of it is shared with others, layer by layer. */
export function ImageLayersPage({ id }: { id: string }) {
  return (
    <ImageFrame id={id}>
      {(image) => (
        <div className="grid grid-cols-12 items-start gap-4 max-md:gap-3">
          <div className="col-span-8 min-w-0 max-xl:col-span-12">
            <LayersCard image={image} />
          </div>
          <div className="col-span-4 flex min-w-0 flex-col gap-4 max-xl:col-span-12 max-md:gap-3">
            <ConfigCard image={image} />
            <UsersCard image={image} />
            <RemovalCard image={image} />
          </div>
        </div>
      )}
    </ImageFrame>
  );
}

/** The containers that were made from it. */
export function ImageUsedByPage({ id }: { id: string }) {
  return <ImageFrame id={id}>{(image) => <ImageUsers image={image} />}</ImageFrame>;
}

/** Everything about it, as JSON. */
export function ImageRawPage({ id }: { id: string }) {
  const t = useTranslations('images');
  return <ImageFrame id={id}>{(image) => <RawJson title={t('raw')} value={withoutValues(image)} />}</ImageFrame>;
}

/** Values of variables stay out of sight, here too: people put secrets there. */
function withoutValues<Image extends { config: { config?: { Env?: string[] | undefined } | undefined } }>(
  image: Image,
) {
  const { config } = image.config;
  const names = config?.Env?.map((entry) => entry.split('=')[0] ?? entry);
  return names === undefined ? image : { ...image, config: { ...image.config, config: { ...config, Env: names } } };
}
