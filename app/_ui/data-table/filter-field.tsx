'use client';
import { Search, X } from 'lucide';
import { useTranslations } from 'next-intl';
import { useEffect, useId, useRef, useState } from 'react';
import { useEchoes } from '../../_lib/use-echoes.ts';
import { useGivenEarly } from '../../_lib/use-given-early.ts';
import { Icon } from '../icon.tsx';

const QUIET_MS = 150;

/**
 * The filter of a list. Words that name a field become pieces that can be taken away; the rest is text. What is typed
 * counts once the hand rests for a moment, and never in the middle of composing a character.
 */
export function FilterField({
  label,
  value,
  isPiece,
  onChange,
}: {
  label: string;
  value: string;
  isPiece: (word: string) => boolean;
  onChange: (value: string) => void;
}) {
  const t = useTranslations('ui');
  const id = useId();
  const [state, setState] = useState(() => split(value, isPiece));
  const input = useGivenEarly<HTMLInputElement>();
  const composing = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // Changed from elsewhere, such as by Clear filters.
  const noteSent = useEchoes(value, () => setState(split(value, isPiece)));
  useEffect(() => () => clearTimeout(timer.current), []);

  function take(next: typeof state, quietMs = 0) {
    setState(next);
    clearTimeout(timer.current);
    if (composing.current) return;
    timer.current = setTimeout(() => {
      const text = [...next.pieces, next.draft.trim()].filter(Boolean).join(' ');
      noteSent(text);
      onChange(text);
    }, quietMs);
  }
  function type(draft: string) {
    const ended = /\s$/.test(draft) && isPiece(draft.trim().split(/\s+/).at(-1) ?? '');
    if (ended && !composing.current) take(settle({ ...state, draft }, isPiece));
    else take({ ...state, draft }, QUIET_MS);
  }

  return (
    <div className="field-focus flex min-h-8 w-full min-w-0 flex-wrap items-center gap-1.5 rounded-control border border-line-strong bg-surface px-2 py-0.5 text-table max-md:min-h-11">
      <Icon icon={Search} className="text-faint" />
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      {state.pieces.map((piece) => (
        <span
          key={piece}
          className="flex h-[22px] min-w-0 items-center gap-0.5 rounded-chip bg-accent-soft pl-1.5 font-mono text-mono"
        >
          <span className="truncate">{piece}</span>
          <button
            type="button"
            aria-label={t('removeFilter', { filter: piece })}
            className="flex size-6 flex-none items-center justify-center text-muted hover:text-fg"
            onClick={() => {
              take({ ...state, pieces: state.pieces.filter((other) => other !== piece) });
              input.current?.focus();
            }}
          >
            <Icon icon={X} size={12} />
          </button>
        </span>
      ))}
      <input
        ref={input}
        id={id}
        type="search"
        data-filter-field
        autoComplete="off"
        spellCheck={false}
        placeholder={state.pieces.length === 0 ? label : undefined}
        value={state.draft}
        className="h-6 min-w-24 flex-1 bg-transparent outline-none"
        onChange={(event) => type(event.target.value)}
        onCompositionStart={() => {
          composing.current = true;
        }}
        onCompositionEnd={(event) => {
          composing.current = false;
          type(event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Enter') take(settle(state, isPiece));
          else if (event.key === 'Escape') event.currentTarget.blur();
          else if (event.key === 'Backspace' && state.draft === '')
            take({ ...state, pieces: state.pieces.slice(0, -1) });
        }}
      />
      <span
        aria-hidden="true"
        className="flex h-5 w-5 flex-none items-center justify-center rounded-chip border border-line font-mono text-caption text-faint max-md:hidden"
      >
        /
      </span>
    </div>
  );
}

interface Parts {
  pieces: string[];
  draft: string;
}

function split(value: string, isPiece: (word: string) => boolean): Parts {
  return settle({ pieces: [], draft: value }, isPiece);
}

/** Words that are pieces leave the text; the same piece is there once. */
function settle({ pieces, draft }: Parts, isPiece: (word: string) => boolean): Parts {
  const words = draft.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
  return {
    pieces: [...new Set([...pieces, ...words.filter(isPiece)])],
    draft: words.filter((word) => !isPiece(word)).join(' '),
  };
}
