import type { IconNode } from 'lucide';
import { cx } from '../_lib/cx.ts';
import { pathOf } from './icon-path.ts';

/**
 * A decoration beside words: never the only carrier of a meaning. One element with one path, its looks from the style sheet: a
 * list that is scrolled makes hundreds of them a second.
 */
export function Icon({ icon, size = 16, className }: { icon: IconNode; size?: number; className?: string }) {
  return (
    <svg aria-hidden="true" className={cx('icon', className)} width={size} height={size} viewBox="0 0 24 24">
      <path d={pathOf(icon)} />
    </svg>
  );
}
