'use client';
import { CaseSensitive, ChevronDown, ChevronUp, type IconNode, Regex, Search, WholeWord } from 'lucide';
import { useTranslations } from 'next-intl';
import { type Ref, useId, useState } from 'react';
import { cx } from '../../_lib/cx.ts';
import { useEchoes } from '../../_lib/use-echoes.ts';
import { useGivenEarly } from '../../_lib/use-given-early.ts';
import { Icon } from '../../_ui/icon.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import type { LogView } from './log-view.ts';
import type { PatternError } from './pattern/index.ts';

export interface Hits {
  /** Place among the hits, -1 for none. */
  at: number;
  count: number;
}

interface Props {
  view: LogView;
  onChange: (change: Partial<LogView>) => void;
  hits: Hits;
  problem: PatternError | undefined;
  onStep: (by: 1 | -1) => void;
  searchRef: Ref<HTMLInputElement>;
}

/** What is searched for and how; the counter; to the hits before and after. */
export function LogSearch({ view, onChange, hits, problem, onStep, searchRef }: Props) {
  const t = useTranslations('logs');
  const noteId = useId();
  const input = useGivenEarly(searchRef);
  const [typed, setTyped] = useState(view.words);
  const noteSent = useEchoes(view.words, () => setTyped(view.words));
  function search(words: string, rest: Partial<LogView> = {}) {
    setTyped(words);
    noteSent(words);
    onChange({ words, ...rest });
  }
  const counted =
    hits.at < 0 ? t('hitCount', { count: hits.count }) : t('hits', { at: hits.at + 1, count: hits.count });
  return (
    <div className="min-w-0 max-w-[460px] flex-1 basis-72 max-md:max-w-none max-md:basis-full">
      <div
        className={cx(
          'field-focus flex h-8 min-w-0 items-center gap-0.5 rounded-control border bg-surface pl-2 text-table max-md:h-11',
          problem === undefined ? 'border-line-strong' : 'border-danger',
        )}
      >
        <Icon icon={Search} className="text-faint" />
        <input
          ref={input}
          type="search"
          aria-label={t('search')}
          aria-invalid={problem !== undefined || undefined}
          aria-describedby={problem === undefined ? undefined : noteId}
          placeholder={t('search')}
          value={typed}
          className="h-full min-w-0 flex-1 bg-transparent px-1"
          onChange={(event) => search(event.target.value)}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (event.key === 'Enter') onStep(event.shiftKey ? -1 : 1);
            else if (event.key === 'Escape') search('', { show: 'all', context: 0 });
          }}
        />
        {view.words !== '' && problem === undefined && (
          <span role="status" className="flex-none px-1 text-caption text-muted tabular-nums">
            {hits.count === 0 ? t('noHits') : counted}
          </span>
        )}
        <Toggle
          icon={CaseSensitive}
          label={t('matchCase')}
          on={view.matchCase}
          onChange={(matchCase) => onChange({ matchCase })}
        />
        <Toggle
          icon={WholeWord}
          label={t('wholeWord')}
          on={view.wholeWord}
          onChange={(wholeWord) => onChange({ wholeWord })}
        />
        <Toggle icon={Regex} label={t('regex')} on={view.regex} onChange={(regex) => onChange({ regex })} />
        <IconButton
          icon={ChevronUp}
          label={t('previous')}
          disabled={hits.at < 0}
          onClick={() => onStep(-1)}
          className="disabled:max-md:hidden max-md:size-9"
        />
        <IconButton
          icon={ChevronDown}
          label={t('next')}
          disabled={hits.at < 0}
          onClick={() => onStep(1)}
          className="disabled:max-md:hidden max-md:size-9"
        />
      </div>
      {problem !== undefined && (
        <p id={noteId} role="status" className="mt-1 text-caption text-danger">
          {t(`pattern.${problem.reason}`, { place: problem.at + 1 })}
        </p>
      )}
    </div>
  );
}

function Toggle({
  icon,
  label,
  on,
  onChange,
}: {
  icon: IconNode;
  label: string;
  on: boolean;
  onChange: (on: boolean) => void;
}) {
  return (
    <IconButton
      icon={icon}
      label={label}
      aria-pressed={on}
      onClick={() => onChange(!on)}
      className={cx('max-md:h-9 max-md:w-8', on && 'bg-selected! text-fg!')}
    />
  );
}
