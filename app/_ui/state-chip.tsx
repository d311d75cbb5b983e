import type { IconNode } from 'lucide';
import type { ReactNode } from 'react';
import { cx } from '../_lib/cx.ts';
import { Icon } from './icon.tsx';

export type Tone = 'success' | 'danger' | 'warning' | 'info' | 'neutral';

const FILLED: Record<Tone, string> = {
  success: 'bg-success-soft text-success',
  danger: 'bg-danger-soft text-danger',
  warning: 'bg-warning-soft text-warning',
  info: 'bg-info-soft text-info',
  neutral: 'bg-neutral-soft text-muted',
};

/** Icon, word, colour. Quiet when fine: without fill only the icon is coloured, so that a filled chip means "look". */
export function StateChip({
  icon,
  tone,
  quiet,
  spin,
  title,
  children,
}: {
  icon: IconNode;
  tone: Tone;
  quiet: boolean;
  spin?: boolean;
  /** Of words that are not plain text. */
  title?: string;
  children: ReactNode;
}) {
  return (
    <span
      title={title ?? (typeof children === 'string' ? children : undefined)}
      className={cx(
        'inline-flex h-[22px] max-w-full items-center gap-[5px] whitespace-nowrap align-middle',
        quiet ? 'text-muted text-table' : cx('rounded-chip pr-[7px] pl-1.5 font-medium text-caption', FILLED[tone]),
      )}
    >
      <Icon
        icon={icon}
        size={14}
        className={cx(quiet && (tone === 'success' ? 'text-success' : 'text-faint'), spin && 'spin')}
      />
      <span className="truncate">{children}</span>
    </span>
  );
}
