'use client';
import { useQueryClient } from '@tanstack/react-query';
import { Clock } from 'lucide';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { lastAnswerMs } from '../../_lib/last-answer.ts';
import { noteSessionEnd, useSessionEnd } from '../../_lib/session-end.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { Button } from '../../_ui/button.tsx';
import { Note } from '../../_ui/states.tsx';
import { sessionRemaining, WARN_MS } from './session-remaining.ts';
import { useSessionLimits } from './use-me.ts';

const LOOK_MS = 5_000;

/** Two minutes before the session ends: one press keeps it, or asks for the password where only that helps. */
export function SessionWarning() {
  const t = useTranslations('auth');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const limits = useSessionLimits();
  const ended = useSessionEnd() !== undefined;
  const [now, setNow] = useState<number>();
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  if (limits === undefined || now === undefined || ended) return null;
  const { ms, extendable } = sessionRemaining(limits, lastAnswerMs(), now);
  if (ms > WARN_MS) return null;
  async function stay() {
    if (!extendable) return noteSessionEnd('expired');
    await queries.invalidateQueries(trpc.session.me.pathFilter());
    setNow(Date.now());
  }
  return (
    <div className="px-(--page-pad) pt-3">
      <Note tone="warning" role="status" icon={Clock}>
        <div className="flex flex-wrap items-center justify-between gap-2">
          <span>{t('endsSoon')}</span>
          <Button size="compact" onClick={() => void stay()}>
            {t(extendable ? 'stay' : 'signInAgain')}
          </Button>
        </div>
      </Note>
    </div>
  );
}
