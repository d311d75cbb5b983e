import type { LucideIcon } from 'lucide-react';
import { cx } from '../_lib/cx.ts';

/** A decoration beside words: never the only carrier of a meaning. */
export function Icon({ icon: Shape, size = 16, className }: { icon: LucideIcon; size?: number; className?: string }) {
  return <Shape size={size} strokeWidth={1.75} aria-hidden="true" className={cx('flex-none', className)} />;
}
