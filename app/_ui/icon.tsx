import type { LucideIcon } from 'lucide-react';
import { cx } from '../_lib/cx.ts';

/** A decoration beside words: never the only carrier of a meaning. */
export function Icon({ icon: Shape, size = 16, className }: { icon: LucideIcon; size?: number; className?: string }) {
  // Nothing of it lies outside of its box: to cut it off there cost a list that is scrolled 3 of 50 frames a second.
  return (
    <Shape size={size} strokeWidth={1.75} aria-hidden="true" className={cx('flex-none overflow-visible', className)} />
  );
}
