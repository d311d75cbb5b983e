import { ArrowDown, Pause } from 'lucide';
import { useTranslations } from 'next-intl';
import { Button } from '../../_ui/button.tsx';
import { Icon } from '../../_ui/icon.tsx';

/** Over a log that stands still: what has come meanwhile, and the way on. */
export function PausedBar({ waiting, onEnd }: { waiting: number; onEnd: () => void }) {
  const t = useTranslations('logs');
  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-4 flex justify-center">
      <div className="pointer-events-auto flex items-center gap-3 rounded-[10px] border border-line bg-raised py-1.5 pr-1.5 pl-3.5 text-table shadow-float">
        <Icon icon={Pause} className="text-info" />
        <span role="status" className="tabular-nums">
          {waiting === 0 ? t('pausedQuiet') : t('paused', { count: waiting })}
        </span>
        <Button variant="primary" size="compact" icon={ArrowDown} onClick={onEnd}>
          {t('follow')}
        </Button>
      </div>
    </div>
  );
}
