'use client';
import {
  CircleDashed,
  HeartCrack,
  HeartPulse,
  type IconNode,
  LoaderCircle,
  MemoryStick,
  OctagonX,
  Pause,
  Play,
  RotateCw,
  Skull,
  Square,
} from 'lucide';
import { useTranslations } from 'next-intl';
import { memo } from 'react';
import type { ContainerState } from '../../_lib/trpc.ts';
import { StateChip, type Tone } from '../../_ui/state-chip.tsx';
import { type ChipKind, chipKind } from './container-state.ts';

export const CHIP_LOOKS: Record<ChipKind, { icon: IconNode; tone: Tone; quiet: boolean }> = {
  running: { icon: Play, tone: 'success', quiet: true },
  unhealthy: { icon: HeartCrack, tone: 'danger', quiet: false },
  probing: { icon: HeartPulse, tone: 'info', quiet: false },
  paused: { icon: Pause, tone: 'info', quiet: false },
  restarting: { icon: RotateCw, tone: 'warning', quiet: false },
  created: { icon: CircleDashed, tone: 'neutral', quiet: true },
  exited: { icon: Square, tone: 'neutral', quiet: true },
  failed: { icon: OctagonX, tone: 'danger', quiet: false },
  oom: { icon: MemoryStick, tone: 'danger', quiet: false },
  dead: { icon: Skull, tone: 'danger', quiet: false },
  removing: { icon: LoaderCircle, tone: 'neutral', quiet: false },
};

/** What the words of a state are filled with. */
export function chipValues(state: ContainerState): { code: number; attempt: number } {
  return {
    code: 'exitCode' in state && state.exitCode !== undefined ? state.exitCode : 0,
    attempt: state.status === 'restarting' ? state.attempt : 0,
  };
}

/** On phones the words may be shorter. `pending` is a verb under way: the chip changes at once and comes back with the answer. */
export const ContainerChip = memo(function ContainerChip({
  state,
  pending,
  filled = false,
}: {
  state: ContainerState;
  pending?: string | undefined;
  filled?: boolean;
}) {
  const t = useTranslations('state');
  if (pending !== undefined && t.has(`pending_${pending}`))
    return (
      <StateChip icon={LoaderCircle} tone="neutral" quiet={false} spin>
        {t(`pending_${pending}`)}
      </StateChip>
    );
  const kind = chipKind(state);
  const look = CHIP_LOOKS[kind];
  const words = kind === 'oom' && !filled ? 'oomShort' : kind;
  const values = chipValues(state);
  return (
    <StateChip
      icon={look.icon}
      tone={look.tone}
      quiet={look.quiet && !filled}
      spin={kind === 'removing'}
      title={t.markup(words, { ...values, long: (text) => text })}
    >
      {t.rich(words, { ...values, long: (text) => <span className="max-md:hidden">{text}</span> })}
    </StateChip>
  );
});
