'use client';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { cx } from '../../_lib/cx.ts';
import { KEYS, type Key, type Modifier } from './keys.ts';

const SIGNS: Partial<Record<Key, string>> = {
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  pipe: '|',
  slash: '/',
  dash: '-',
  tilde: '~',
};
const MODIFIERS: readonly Modifier[] = ['ctrl', 'alt'];

interface KeyBarProps {
  held: Modifier | undefined;
  onHold: (modifier: Modifier) => void;
  onKey: (key: Key) => void;
}

/** The keys a phone's keyboard lacks. Ctrl and Alt stay down for the next key. */
export function KeyBar({ held, onHold, onKey }: KeyBarProps) {
  const t = useTranslations('terminal');
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be announced as a form
    <div
      role="group"
      aria-label={t('keys')}
      className="flex flex-none gap-1 overflow-x-auto border-line border-t bg-surface p-2 md:hidden"
    >
      {KEYS.map((key) => (
        <span key={key} className="contents">
          <KeyButton label={t(`key_${key}`)} onPress={() => onKey(key)}>
            {SIGNS[key] ?? t(`key_${key}`)}
          </KeyButton>
          {key === 'tab' &&
            MODIFIERS.map((modifier) => (
              <KeyButton
                key={modifier}
                label={t(`key_${modifier}`)}
                pressed={held === modifier}
                onPress={() => onHold(modifier)}
              >
                {t(`key_${modifier}`)}
              </KeyButton>
            ))}
        </span>
      ))}
    </div>
  );
}

interface KeyButtonProps {
  label: string;
  pressed?: boolean;
  onPress: () => void;
  children: ReactNode;
}

function KeyButton({ label, pressed, onPress, children }: KeyButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      aria-pressed={pressed}
      // Focus stays in the terminal, or the phone's keyboard would close.
      onPointerDown={(event) => event.preventDefault()}
      onClick={onPress}
      className={cx(
        'h-11 min-w-11 flex-none rounded-control border px-2 font-mono text-mono focus-visible:-outline-offset-2',
        pressed === true ? 'border-accent bg-accent-soft text-accent' : 'border-line bg-surface text-fg',
      )}
    >
      {children}
    </button>
  );
}
