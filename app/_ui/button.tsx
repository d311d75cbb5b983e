'use client';
import { type IconNode, LoaderCircle } from 'lucide';
import { useTranslations } from 'next-intl';
import type { ComponentProps } from 'react';
import { cx } from '../_lib/cx.ts';
import { useServerAway } from '../_lib/server-away.ts';
import { Icon } from './icon.tsx';
import { Link } from './link.tsx';

type Variant = 'plain' | 'primary' | 'danger' | 'danger-fill' | 'ghost';

interface Look {
  variant?: Variant | undefined;
  size?: 'normal' | 'compact' | 'large' | undefined;
  icon?: IconNode | undefined;
}

const VARIANTS: Record<Variant, string> = {
  plain: 'border-line bg-surface text-fg hover:bg-hover',
  primary: 'border-accent bg-accent text-on-accent hover:bg-accent-hover hover:border-accent-hover',
  danger: 'border-line bg-surface text-danger hover:bg-danger-soft hover:border-danger',
  'danger-fill': 'border-danger bg-danger text-on-danger hover:bg-danger-hover hover:border-danger-hover',
  ghost: 'border-transparent bg-transparent text-muted hover:bg-hover hover:text-fg',
};

const SIZES = {
  normal: 'h-8 px-3 max-md:h-11 max-md:px-3.5',
  compact: 'h-7 px-2.5 max-md:h-9',
  large: 'h-10 px-3 max-md:h-11',
};

function look({ variant = 'plain', size = 'normal' }: Look, className?: string): string {
  return cx(
    'inline-flex items-center justify-center gap-1.5 rounded-control border text-table font-medium whitespace-nowrap',
    '[transition:color_var(--m-state),background-color_var(--m-state),border-color_var(--m-state)] no-underline',
    // What is under way keeps its look; its ring tells that it takes no press.
    'not-aria-busy:disabled:border-hairline not-aria-busy:disabled:bg-canvas not-aria-busy:disabled:text-faint not-aria-busy:disabled:hover:bg-canvas',
    VARIANTS[variant],
    SIZES[size],
    className,
  );
}

type ButtonProps = ComponentProps<'button'> &
  Look & {
    loading?: boolean;
    /** Orders something from the server: disabled, with that reason, while it is away. */
    writes?: boolean;
  };

/** While `loading` the icon becomes the ring and the button takes no second press; its width stays. */
export function Button({
  variant,
  size,
  icon,
  loading = false,
  writes = false,
  className,
  children,
  disabled,
  title,
  ...rest
}: ButtonProps) {
  const t = useTranslations('connection');
  const away = useServerAway() && writes;
  return (
    <button
      type="button"
      className={look({ variant, size }, className)}
      disabled={disabled === true || loading || away}
      aria-busy={loading || undefined}
      title={away ? t('away') : title}
      {...rest}
    >
      {loading ? <Icon icon={LoaderCircle} className="spin" /> : icon !== undefined && <Icon icon={icon} />}
      {children}
    </button>
  );
}

type LinkButtonProps = ComponentProps<typeof Link> & Look;

export function LinkButton({ variant, size, icon, className, children, ...rest }: LinkButtonProps) {
  return (
    <Link className={look({ variant, size }, className)} {...rest}>
      {icon !== undefined && <Icon icon={icon} />}
      {children}
    </Link>
  );
}
