import { CircleCheck, CircleDashed } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { LinkButton } from '../../_ui/button.tsx';
import { Card } from '../../_ui/card.tsx';
import { Icon } from '../../_ui/icon.tsx';

/** What to do on an empty engine; each step is ticked by what exists, live. */
export function FirstSteps({ hasImage }: { hasImage: boolean }) {
  const t = useTranslations('home');
  const steps = [
    { key: 'stepImage', done: hasImage, href: '/images/import', action: 'stepImageAction' },
    { key: 'stepRun', done: false, href: '/containers/new', action: 'stepRunAction' },
    { key: 'stepOpen', done: false, href: '/containers', action: 'stepOpenAction' },
  ] as const;
  return (
    <Card className="col-span-12" flush title={t('firstSteps')}>
      <ol>
        {steps.map((step) => (
          <li
            key={step.key}
            className="flex items-center gap-3 border-hairline border-t px-4 py-3 text-table first:border-t-0"
          >
            <Icon icon={step.done ? CircleCheck : CircleDashed} className={step.done ? 'text-success' : 'text-faint'} />
            <span className="min-w-0 flex-1">
              {t(step.key)}
              {step.done && <span className="ml-2 text-muted">{t('stepDone')}</span>}
            </span>
            {!step.done && (
              <LinkButton href={step.href} size="compact">
                {t(step.action)}
              </LinkButton>
            )}
          </li>
        ))}
      </ol>
    </Card>
  );
}
