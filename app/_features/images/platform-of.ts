import type { ImageSummary } from '../../_lib/trpc.ts';

/** `linux/arm64/v8`. */
export function platformOf({ platform }: Pick<ImageSummary, 'platform'>): string {
  return [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/');
}
