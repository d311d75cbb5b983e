'use client';
import { ArrowDownToLine, Copy, Eraser, type IconNode, WrapText } from 'lucide';
import { useTranslations } from 'next-intl';
import { type ReactNode, type Ref, useState } from 'react';
import { cx } from '../../_lib/cx.ts';
import { useGivenEarly } from '../../_lib/use-given-early.ts';
import { Button } from '../../_ui/button.tsx';
import { Menu, MenuItem } from '../../_ui/menu.tsx';
import { TimeFields } from '../../_ui/time-fields.tsx';
import { type LogFile, logFiles } from './log-address.ts';
import { type Hits, LogSearch } from './log-search.tsx';
import {
  CONTEXTS,
  type LogView,
  SINCE,
  type Since,
  STREAMS,
  type StreamChoice,
  TIMES,
  type Times,
} from './log-view.ts';
import type { PatternError } from './pattern/index.ts';
import { SHOWN, type Shown } from './select-lines.ts';

const CUSTOM = 'custom';

export type TakeAway = 'copy' | 'copyTimes' | 'shown' | LogFile;

interface Props {
  view: LogView;
  onChange: (change: Partial<LogView>) => void;
  hits: Hits;
  problem: PatternError | undefined;
  onStep: (by: 1 | -1) => void;
  onTake: (what: TakeAway) => void;
  onClear: () => void;
  searchRef: Ref<HTMLInputElement>;
}

/** Search, what is shown, how it is shown, and the ways out. */
export function LogToolbar({ view, onChange, hits, problem, onStep, onTake, onClear, searchRef }: Props) {
  const t = useTranslations('logs');
  const [open, setOpen] = useState(false);
  const isFixed = view.from !== undefined || view.to !== undefined;
  return (
    <div className="mb-2 flex flex-wrap items-start gap-2">
      <LogSearch {...{ view, onChange, hits, problem, onStep, searchRef }} />
      {view.words !== '' && (
        <Select
          label={t('show')}
          value={view.show}
          values={SHOWN}
          words={(one: Shown) => t(`show_${one}`)}
          onChange={(show) => onChange({ show })}
        />
      )}
      {view.words !== '' && view.show === 'hits' && (
        <Select
          label={t('context')}
          value={String(view.context)}
          values={CONTEXTS.map(String)}
          words={(count) => t('contextLines', { count: Number(count) })}
          onChange={(count) => onChange({ context: Number(count) })}
        />
      )}
      <Select
        label={t('since')}
        value={isFixed || open ? CUSTOM : view.since}
        values={[...(Object.keys(SINCE) as Since[]), CUSTOM]}
        words={(one: Since | typeof CUSTOM) => t(`since_${one}`)}
        onChange={(since) => {
          setOpen(since === CUSTOM);
          if (since !== CUSTOM) onChange({ since, from: undefined, to: undefined });
        }}
      />
      <Select
        label={t('streams')}
        value={view.stream}
        values={STREAMS}
        words={(one: StreamChoice) => t(`stream_${one}`)}
        onChange={(stream) => onChange({ stream })}
      />
      <div className="ml-auto flex flex-wrap gap-1 max-md:ml-0">
        <Switch icon={WrapText} label={t('wrap')} on={view.wrap} onChange={(wrap) => onChange({ wrap })} />
        <Select
          label={t('times')}
          value={view.times}
          values={TIMES}
          words={(one: Times) => t(`times_${one}`)}
          onChange={(times) => onChange({ times })}
        />
        <Button variant="ghost" icon={Eraser} title={t('clearView')} onClick={onClear}>
          <Word text={t('clearView')} />
        </Button>
        <Menu
          label={t('copy')}
          trigger={
            <Button icon={Copy} title={t('copy')}>
              <Word text={t('copy')} />
            </Button>
          }
        >
          <MenuItem onSelect={() => onTake('copy')}>{t('copy_shown')}</MenuItem>
          <MenuItem onSelect={() => onTake('copyTimes')}>{t('copy_times')}</MenuItem>
        </Menu>
        <Menu
          label={t('download')}
          trigger={
            <Button icon={ArrowDownToLine} title={t('download')}>
              <Word text={t('download')} />
            </Button>
          }
        >
          {(['shown', ...logFiles(view)] as const).map((what) => (
            <MenuItem key={what} onSelect={() => onTake(what)}>
              {t(`download_${what}`)}
            </MenuItem>
          ))}
        </Menu>
      </div>
      {(isFixed || open) && (
        <TimeFields
          key={`${view.from?.getTime()} ${view.to?.getTime()}`}
          from={view.from}
          to={view.to}
          onRange={(range) => {
            setOpen(false);
            onChange({ ...range, since: 'all' });
          }}
        />
      )}
    </div>
  );
}

interface SwitchProps {
  icon: IconNode;
  label: string;
  on: boolean;
  onChange: (on: boolean) => void;
}

function Switch({ icon, label, on, onChange }: SwitchProps) {
  return (
    <Button
      variant="ghost"
      icon={icon}
      aria-pressed={on}
      title={label}
      className={cx(on && 'bg-selected! text-fg!')}
      onClick={() => onChange(!on)}
    >
      <Word text={label} />
    </Button>
  );
}

/** On phones the icon stands alone: five buttons share one line. */
function Word({ text }: { text: string }) {
  return <span className="max-md:sr-only">{text}</span>;
}

function Select<T extends string>({
  label,
  value,
  values,
  words,
  onChange,
}: {
  label: string;
  value: T;
  values: readonly T[];
  words: (value: T) => ReactNode;
  onChange: (value: T) => void;
}) {
  const early = useGivenEarly<HTMLSelectElement>();
  return (
    <select
      ref={early}
      aria-label={label}
      value={value}
      onChange={(event) => {
        const chosen = values.find((one) => one === event.target.value);
        if (chosen !== undefined) onChange(chosen);
      }}
      className="h-8 rounded-control border border-line bg-surface px-2 font-medium text-table max-md:h-11"
    >
      {values.map((one) => (
        <option key={one} value={one} className="bg-raised text-fg">
          {words(one)}
        </option>
      ))}
    </select>
  );
}
