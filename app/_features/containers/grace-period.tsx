'use client';
import { Zap } from 'lucide';
import { useTranslations } from 'next-intl';
import type { ContainerSummary } from '../../_lib/trpc.ts';
import { useSecond } from '../../_lib/use-now.ts';
import { IconButton } from '../../_ui/icon-button.tsx';
import { useCan } from '../shell/use-me.ts';

/** Seconds until what does not listen is killed; nothing once that time has come. */
export function GraceLeft({ killAt, short = false }: { killAt: Date; short?: boolean }) {
  const t = useTranslations('containers');
  const seconds = Math.floor((killAt.getTime() - useSecond()) / 1_000);
  if (seconds <= 0) return null;
  const words = t('graceLeft', { seconds });
  return (
    <span role="timer" title={words} aria-label={words} className="whitespace-nowrap tabular-nums">
      {short ? t('graceSeconds', { seconds }) : words}
    </span>
  );
}

/** Of a row whose stop is waited for: how long that may last, and how one need not wait. */
export function RowGrace({
  container,
  onKill,
}: {
  container: Pick<ContainerSummary, 'name' | 'killAt'>;
  onKill: () => void;
}) {
  const t = useTranslations('containers');
  const can = useCan();
  if (container.killAt === undefined) return null;
  return (
    <>
      <GraceLeft killAt={container.killAt} short />
      {can('container:kill') && (
        <IconButton icon={Zap} writes label={t('killNowNamed', { name: container.name })} onClick={onKill} />
      )}
    </>
  );
}
