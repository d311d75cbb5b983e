import { formatBytes, formatDecimalBytes } from '../../_lib/format.ts';
import { useImageUnit } from '../../_lib/preferences.ts';

/** How this person reads the size of an image, or of a part of one. */
export function useImageBytes(): (bytes: number | undefined) => string {
  return useImageUnit() === 'decimal' ? formatDecimalBytes : formatBytes;
}
