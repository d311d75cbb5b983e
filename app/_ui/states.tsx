'use client';
import { CircleAlert, type IconNode } from 'lucide';
import { useTranslations } from 'next-intl';
import { type ReactNode, useEffect, useState } from 'react';
import { cx } from '../_lib/cx.ts';
import { toFailure, useFailureText } from '../_lib/errors.ts';
import { Button } from './button.tsx';
import { CopyButton, CopyField } from './copy-field.tsx';
import { Icon } from './icon.tsx';

/** What this is, the next step, and the same from the command line. */
export function Empty({
  icon,
  title,
  text,
  command,
  wholePage = false,
  children,
}: {
  icon: IconNode;
  title: string;
  text?: string;
  command?: string;
  /** It stands for a page: its title is the heading of that. */
  wholePage?: boolean;
  children?: ReactNode;
}) {
  const Title = wholePage ? 'h1' : 'h2';
  return (
    <div
      className={cx(
        'flex flex-col items-center gap-3 px-6 text-center text-muted text-table',
        wholePage ? 'py-[12vh]' : 'py-10',
      )}
    >
      <Icon icon={icon} size={24} className="stroke-[1.5] text-faint" />
      <Title className="font-semibold text-fg text-heading [overflow-wrap:anywhere]">{title}</Title>
      {text !== undefined && <p className="max-w-[44ch] text-balance [overflow-wrap:anywhere]">{text}</p>}
      {children !== undefined && <div className="flex flex-wrap justify-center gap-2">{children}</div>}
      {command !== undefined && (
        <div className="w-full max-w-[420px]">
          <CopyField text={command} />
        </div>
      )}
    </div>
  );
}

/** A failure in its place: what, why, a way to try again and the id to ask with. */
export function ErrorNote({ error, onRetry, title }: { error: unknown; onRetry?: () => void; title?: string }) {
  const t = useTranslations('ui');
  const te = useTranslations('error');
  const failure = toFailure(error);
  const text = useFailureText()(failure);
  return (
    <Note tone="danger" role="alert">
      <p className="font-medium">{title ?? te('load')}</p>
      <p>{text}</p>
      {failure.message !== '' && failure.message !== text && (
        <details className="mt-1 text-caption text-muted">
          <summary>{t('details')}</summary>
          <p className="font-mono [overflow-wrap:anywhere]">{failure.message}</p>
        </details>
      )}
      {failure.requestId !== undefined && (
        <div className="mt-1 flex items-center gap-1 text-caption text-muted">
          <p className="select-all [overflow-wrap:anywhere]">{t('requestId', { id: failure.requestId })}</p>
          <CopyButton text={failure.requestId} label={t('copyRequestId')} />
        </div>
      )}
      {onRetry !== undefined && (
        <Button size="compact" className="mt-2" onClick={onRetry}>
          {t('retry')}
        </Button>
      )}
    </Note>
  );
}

const TONES = {
  danger: 'border-danger/30 bg-danger-soft/60 [&>svg]:text-danger',
  warning: 'border-warning/30 bg-warning-soft/60 [&>svg]:text-warning',
  info: 'border-info/30 bg-info-soft/60 [&>svg]:text-info',
  success: 'border-success/30 bg-success-soft/60 [&>svg]:text-success',
};

export function Note({
  tone,
  icon = CircleAlert,
  role,
  children,
}: {
  tone: keyof typeof TONES;
  icon?: IconNode;
  role?: 'alert' | 'status';
  children: ReactNode;
}) {
  return (
    <div role={role} className={cx('flex items-start gap-2.5 rounded-card border px-3 py-2.5 text-table', TONES[tone])}>
      <Icon icon={icon} className="mt-0.5" />
      <div className="min-w-0 flex-1 [overflow-wrap:anywhere]">{children}</div>
    </div>
  );
}

/** Rows in the shape of what comes; nothing during the first 150 ms, so that a quick answer does not flash. */
export function SkeletonRows({ rows = 5, className }: { rows?: number; className?: string }) {
  const t = useTranslations('ui');
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div role="status" aria-label={t('loading')} className={cx('flex flex-col gap-px', className)}>
      {shown &&
        Array.from({ length: rows }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move
          <div key={index} className="flex h-10 items-center gap-4 px-4 max-md:px-3">
            <span className="skeleton h-3 w-20" />
            <span className="skeleton h-3 w-40" />
            <span className="skeleton h-3 flex-1" />
          </div>
        ))}
    </div>
  );
}
