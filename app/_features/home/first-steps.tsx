'use client';
import { CircleCheck, CircleDashed, X } from 'lucide';
import { useTranslations } from 'next-intl';
import { useEffect, useSyncExternalStore } from 'react';
import { LinkButton } from '../../_ui/button.tsx';
import { Card } from '../../_ui/card.tsx';
import { Icon } from '../../_ui/icon.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { firstSteps, hasOpened } from './opened.ts';

interface FirstStepsProps {
  hasImage: boolean;
  hasContainer: boolean;
  /** Above everything while something is left to do; below what needs somebody, once, when nothing is. */
  place: 'top' | 'below';
}

/**
 * What to do on an empty engine; each step is ticked by what exists, live. Whoever has seen the steps sees the last one ticked
 * too, and leaves them behind with the page; on an engine that others have filled they do not appear.
 */
export function FirstSteps({ hasImage, hasContainer, place }: FirstStepsProps) {
  const t = useTranslations('home');
  // On the server nothing is known, so that the card never flashes for who has done it all.
  const opened = useSyncExternalStore(hasOpened.subscribe, hasOpened.get, () => true);
  const state = useSyncExternalStore(firstSteps.subscribe, firstSteps.get, () => 'hidden' as const);
  useEffect(() => {
    if (state === 'none' && !hasContainer) firstSteps.set('begun');
  }, [state, hasContainer]);
  const allDone = hasContainer && opened;
  const isSeenDone = state === 'begun' && allDone && place === 'below';
  useEffect(() => {
    if (isSeenDone) return () => firstSteps.set('hidden');
  }, [isSeenDone]);
  if (state !== 'begun' || allDone !== (place === 'below')) return null;
  const steps = [
    { key: 'stepImage', done: hasImage || hasContainer, href: '/images/import', action: 'stepImageAction' },
    { key: 'stepRun', done: hasContainer, href: '/containers/new', action: 'stepRunAction' },
    { key: 'stepOpen', done: allDone, href: '/containers', action: 'stepOpenAction' },
  ] as const;
  const done = steps.filter((step) => step.done).length;
  const next = steps.find((step) => !step.done);
  return (
    <Card
      className="col-span-12"
      flush
      title={t('firstSteps')}
      aside={
        <span className="flex items-center gap-2">
          {t('stepsDone', { done, all: steps.length })}
          <IconButton icon={X} label={t('stepsDismiss')} onClick={() => firstSteps.set('hidden')} />
        </span>
      }
    >
      <ol>
        {steps.map((step) => (
          <li
            key={step.key}
            className="flex min-h-12 items-center gap-3 border-hairline border-t px-4 py-2 text-table first:border-t-0 max-md:px-3"
          >
            <Icon icon={step.done ? CircleCheck : CircleDashed} className={step.done ? 'text-success' : 'text-faint'} />
            <span className="min-w-0 flex-1">
              {t(step.key)}
              {step.done && <span className="ml-2 text-muted">{t('stepDone')}</span>}
            </span>
            {!step.done && (
              <LinkButton href={step.href} size="compact" variant={step === next ? 'primary' : 'plain'}>
                {t(step.action)}
              </LinkButton>
            )}
          </li>
        ))}
      </ol>
      {next === undefined && (
        <p className="border-hairline border-t px-4 py-3 text-muted text-table max-md:px-3">{t('stepsAllDone')}</p>
      )}
    </Card>
  );
}
