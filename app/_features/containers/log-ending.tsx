import { useLocale, useTranslations } from 'next-intl';
import { formatExact } from '../../_lib/format.ts';
import type { ContainerDetail } from '../../_lib/trpc.ts';
import { Note } from '../../_ui/states.tsx';
import { isProblem } from './container-state.ts';
import { stopSentence } from './stop-sentence.ts';

/** How and when the process ended that wrote the log. */
export function LogEnding({ detail }: { detail: ContainerDetail }) {
  const t = useTranslations('containers');
  const ts = useTranslations('stopReason');
  const locale = useLocale();
  const stop = stopSentence(detail.stopReason);
  if (stop === undefined || !('finishedAt' in detail.state)) return null;
  return (
    <div className="mt-2">
      <Note tone={isProblem(detail) ? 'danger' : 'info'} role="status">
        <span className="[overflow-wrap:anywhere]">{ts(stop.key, stop.values)}</span>{' '}
        <span className="tabular-nums">{t('logEnded', { at: formatExact(detail.state.finishedAt, locale) })}</span>
      </Note>
    </div>
  );
}
