import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { cx } from '../_lib/cx.ts';
import { Icon } from './icon.tsx';

type Props = Omit<ComponentProps<'button'>, 'children'> & {
  icon: LucideIcon;
  /** Read aloud and shown as the tooltip. */
  label: string;
  size?: 'row' | 'bar';
};

/** A square button of one icon: 28 px in rows, 32 px in bars, 44 px on phones. */
export function IconButton({ icon, label, size = 'row', className, ...rest }: Props) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={cx(
        'inline-flex flex-none items-center justify-center rounded-control text-faint hover:bg-hover hover:text-fg',
        'group-hover/row:text-muted aria-expanded:bg-hover aria-expanded:text-fg max-md:size-11',
        'disabled:bg-transparent disabled:text-line-strong disabled:hover:text-line-strong',
        size === 'row' ? 'size-7' : 'size-8',
        className,
      )}
      {...rest}
    >
      <Icon icon={icon} />
    </button>
  );
}
