import { EngineError } from '../errors/index.ts';
import type { Platform } from '../oci/index.ts';
import type { ImageRecord, ImageStore, ImageTag } from './image-service.ts';

/** The platform that is asked for; without a variant any variant will do. */
export interface PlatformWish {
  os: string;
  architecture: string;
  variant?: string | undefined;
}

export function fitsPlatform(platform: Platform, wish: PlatformWish): boolean {
  return (
    platform.os === wish.os &&
    platform.architecture === wish.architecture &&
    (wish.variant === undefined || wish.variant === platform.variant)
  );
}

export function platformWords({ os, architecture, variant }: PlatformWish): string {
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
}

/** The image that a name means without further words first, then its other platforms. */
export async function variantsOf(store: Pick<ImageStore, 'get'>, tag: ImageTag): Promise<ImageRecord[]> {
  const ids = [...new Set([tag.imageId, ...(tag.variants?.imageIds ?? [])])];
  const images = await Promise.all(ids.map((id) => store.get(id)));
  return images.filter((image) => image !== undefined);
}

/** Docker's answer when what is here is for other platforms. */
export function platformMismatch(name: string, has: readonly ImageRecord[], wish: PlatformWish): EngineError {
  const there = has.map(({ platform }) => platformWords(platform)).join(', ');
  const words = `image with reference ${name} was found but its platform (${there}) does not match the specified platform (${platformWords(wish)})`;
  return new EngineError('not_found', words, { reason: 'platform_mismatch', image: name });
}
