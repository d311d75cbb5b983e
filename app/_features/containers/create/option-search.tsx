import { Search } from 'lucide';
import { useTranslations } from 'next-intl';
import { type KeyboardEvent, useId, useState } from 'react';
import { cx } from '../../../_lib/cx.ts';
import { useGivenEarly } from '../../../_lib/use-given-early.ts';
import { Icon } from '../../../_ui/icon.tsx';
import { formRules } from './form-rules.ts';
import type { Found, Option } from './search-options.ts';
import { useOptionLabel } from './use-option-label.ts';

const NOTHING: Found = { options: [], without: [] };

/** Jumps to any option by our name, the CLI flag or the compose key; says of a flag without a field why there is none. */
export function OptionSearch({ onChoose }: { onChoose: (option: Option) => void }) {
  const t = useTranslations('create');
  const labelOf = useOptionLabel();
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const listId = useId();
  const input = useGivenEarly<HTMLInputElement>();
  const found = formRules.use()?.searchOptions(query, labelOf);
  const { options, without } = found ?? NOTHING;
  const typed = query.trim() !== '';
  const open = typed && found !== undefined;
  const current = options[Math.min(at, options.length - 1)];
  function choose(option: Option) {
    setQuery('');
    setAt(0);
    onChoose(option);
  }
  /** What a quick hand asked for before the options can be searched. */
  async function chooseLater() {
    const rules = await formRules.take();
    const [first] = rules?.searchOptions(query, labelOf).options ?? [];
    // Who went on elsewhere stays there.
    if (first !== undefined && document.activeElement === input.current) choose(first);
  }
  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing || !typed) return;
    if (event.key === 'ArrowDown') setAt(Math.min(at + 1, options.length - 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(at - 1, 0));
    else if (event.key === 'Escape') setQuery('');
    else if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) return;
    else if (current !== undefined) choose(current);
    else if (found === undefined) void chooseLater();
    event.preventDefault();
  }
  return (
    <div className="relative">
      <div className="field-focus flex h-8 items-center gap-2 rounded-control border border-line-strong bg-surface px-2.5 text-table max-md:h-11">
        <Icon icon={Search} className="text-faint" />
        <input
          ref={input}
          role="combobox"
          aria-label={t('search')}
          aria-expanded={open}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={open && current !== undefined ? `${listId}-${current.key}` : undefined}
          placeholder={t('searchHint')}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
          onBlur={() => setQuery('')}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          className="h-full min-w-0 flex-1 bg-transparent"
        />
      </div>
      {open && (
        <div className="absolute inset-x-0 top-full z-(--z-popover) mt-1 rounded-card border border-line bg-raised p-1 text-table shadow-float">
          <div id={listId} role="listbox" aria-label={t('search')}>
            {options.map((option) => (
              <div
                key={option.key}
                id={`${listId}-${option.key}`}
                role="option"
                tabIndex={-1}
                aria-selected={option === current}
                // The field would lose its focus first, and the list with it.
                onPointerDown={(event) => {
                  event.preventDefault();
                  choose(option);
                }}
                className={cx(
                  'flex min-h-8 cursor-pointer items-center gap-3 rounded-[5px] px-2 hover:bg-hover max-md:min-h-11',
                  option === current && 'bg-selected',
                )}
              >
                <span className="min-w-0 flex-1 font-medium">{labelOf(option)}</span>
                <span className="text-caption text-muted">{t(`sections.${option.section}`)}</span>
                {option.flag !== undefined && <code className="text-caption text-muted">{option.flag}</code>}
              </div>
            ))}
          </div>
          {without.map(({ flag, why }) => (
            <p key={flag} role="status" className="px-2 py-1.5 text-muted">
              {t(`without.${why}`, { flag })}
            </p>
          ))}
          {options.length === 0 && without.length === 0 && (
            <p role="status" className="px-2 py-1.5 text-muted">
              {t('searchNothing')}
            </p>
          )}
        </div>
      )}
    </div>
  );
}
