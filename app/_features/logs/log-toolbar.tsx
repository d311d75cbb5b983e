'use client';
import {
  ArrowDownToLine,
  CaseSensitive,
  ChevronDown,
  ChevronUp,
  Clock,
  ListFilter,
  Search,
  WrapText,
} from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type ReactNode, type Ref, useState } from 'react';
import { cx } from '../../_lib/cx.ts';
import { useEchoes } from '../../_lib/use-echoes.ts';
import { Button } from '../../_ui/button.tsx';
import { Icon } from '../../_ui/icon.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { Menu, MenuItem } from '../../_ui/menu.tsx';

export const SINCE = { all: undefined, '15m': 15, '1h': 60, '24h': 1_440 } as const;
type Since = keyof typeof SINCE;
export const STREAMS = ['both', 'stdout', 'stderr'] as const;
type StreamChoice = (typeof STREAMS)[number];

export interface LogView {
  words: string;
  matchCase: boolean;
  hitsOnly: boolean;
  wrap: boolean;
  times: boolean;
  since: Since;
  stream: StreamChoice;
}

interface Props {
  view: LogView;
  onChange: (change: Partial<LogView>) => void;
  hits: { at: number; count: number };
  onStep: (by: 1 | -1) => void;
  onDownload: (what: 'shown' | 'all' | 'times') => void;
  searchRef: Ref<HTMLInputElement>;
}

/** Search, what is shown, how it is shown, and the way out as a file. */
export function LogToolbar({ view, onChange, hits, onStep, onDownload, searchRef }: Props) {
  const t = useTranslations('logs');
  const searching = view.words !== '';
  const [typed, setTyped] = useState(view.words);
  const noteSent = useEchoes(view.words, () => setTyped(view.words));
  function search(words: string, rest: Partial<LogView> = {}) {
    setTyped(words);
    noteSent(words);
    onChange({ words, ...rest });
  }
  return (
    <div className="mb-2 flex flex-wrap items-center gap-2">
      <div className="field-focus flex h-8 w-[400px] min-w-0 items-center gap-1 rounded-control border border-line-strong bg-surface pl-2 text-table max-md:h-11 max-md:w-full">
        <Icon icon={Search} className="text-faint" />
        <input
          ref={searchRef}
          type="search"
          aria-label={t('search')}
          placeholder={t('search')}
          value={typed}
          className="h-full min-w-0 flex-1 bg-transparent px-1"
          onChange={(event) => search(event.target.value)}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (event.key === 'Enter') onStep(event.shiftKey ? -1 : 1);
            else if (event.key === 'Escape') search('', { hitsOnly: false });
          }}
        />
        {searching && (
          <span role="status" className="flex-none px-1 text-caption text-muted tabular-nums">
            {hits.count === 0 ? t('noHits') : t('hits', { at: hits.at + 1, count: hits.count })}
          </span>
        )}
        <Toggle
          icon={CaseSensitive}
          label={t('matchCase')}
          on={view.matchCase}
          onChange={(matchCase) => onChange({ matchCase })}
        />
        <Toggle
          icon={ListFilter}
          label={t('hitsOnly')}
          on={view.hitsOnly}
          onChange={(hitsOnly) => onChange({ hitsOnly })}
        />
        <IconButton
          icon={ChevronUp}
          label={t('previous')}
          disabled={hits.count === 0}
          onClick={() => onStep(-1)}
          className="max-md:size-9"
        />
        <IconButton
          icon={ChevronDown}
          label={t('next')}
          disabled={hits.count === 0}
          onClick={() => onStep(1)}
          className="max-md:size-9"
        />
      </div>
      <Select label={t('since')} value={view.since} onChange={(since) => onChange({ since: since as Since })}>
        {(Object.keys(SINCE) as Since[]).map((value) => (
          <option key={value} value={value} className="bg-raised text-fg">
            {t(`since_${value}`)}
          </option>
        ))}
      </Select>
      <Select
        label={t('streams')}
        value={view.stream}
        onChange={(stream) => onChange({ stream: stream as StreamChoice })}
      >
        {STREAMS.map((value) => (
          <option key={value} value={value} className="bg-raised text-fg">
            {t(`stream_${value}`)}
          </option>
        ))}
      </Select>
      <div className="ml-auto flex gap-1 max-md:ml-0">
        <Button
          variant="ghost"
          icon={WrapText}
          aria-pressed={view.wrap}
          className={cx(view.wrap && 'bg-selected! text-fg!')}
          onClick={() => onChange({ wrap: !view.wrap })}
        >
          {t('wrap')}
        </Button>
        <Button
          variant="ghost"
          icon={Clock}
          aria-pressed={view.times}
          className={cx(view.times && 'bg-selected! text-fg!')}
          onClick={() => onChange({ times: !view.times })}
        >
          {t('times')}
        </Button>
        <Menu label={t('download')} trigger={<Button icon={ArrowDownToLine}>{t('download')}</Button>}>
          {(['shown', 'all', 'times'] as const).map((what) => (
            <MenuItem key={what} onSelect={() => onDownload(what)}>
              {t(`download_${what}`)}
            </MenuItem>
          ))}
        </Menu>
      </div>
    </div>
  );
}

function Toggle({
  icon,
  label,
  on,
  onChange,
}: {
  icon: typeof Search;
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
      className={cx('max-md:size-9', on && 'bg-selected! text-fg!')}
    />
  );
}

function Select({
  label,
  value,
  onChange,
  children,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  children: ReactNode;
}) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className="h-8 rounded-control border border-line bg-surface px-2 font-medium text-table max-md:h-11"
    >
      {children}
    </select>
  );
}
