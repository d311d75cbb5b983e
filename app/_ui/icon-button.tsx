'use client';
import type { IconNode } from 'lucide';
import { useTranslations } from 'next-intl';
import type { ComponentProps } from 'react';
import { cx } from '../_lib/cx.ts';
import { useServerAway } from '../_lib/server-away.ts';
import { Icon } from './icon.tsx';

type Props = Omit<ComponentProps<'button'>, 'children'> & {
  icon: IconNode;
  /** Read aloud and shown as the tooltip. */
  label: string;
  size?: 'row' | 'bar' | 'head';
  /** Orders something from the server: disabled, with that reason, while it is away. */
  writes?: boolean;
};

const SIZES = {
  row: 'size-7 text-faint',
  bar: 'size-8 text-faint',
  head: 'size-8 border border-line bg-surface text-fg',
};

/** A square button of one icon: 28 px in rows, 32 px in bars and, with a border, beside the buttons of a head; 44 px on phones. */
export function IconButton({ icon, label, size = 'row', writes = false, className, disabled, ...rest }: Props) {
  const t = useTranslations('connection');
  const away = useServerAway() && writes;
  return (
    <button
      type="button"
      aria-label={label}
      title={away ? t('away') : label}
      disabled={disabled === true || away}
      className={cx(
        'inline-flex flex-none items-center justify-center rounded-control hover:bg-hover hover:text-fg',
        'group-hover/row:text-muted aria-expanded:bg-hover aria-expanded:text-fg max-md:size-11',
        'disabled:bg-transparent disabled:text-line-strong disabled:hover:text-line-strong',
        SIZES[size],
        className,
      )}
      {...rest}
    >
      <Icon icon={icon} />
    </button>
  );
}
