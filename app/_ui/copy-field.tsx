'use client';
import { Check, Copy } from 'lucide';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { copyText } from '../_lib/clipboard.ts';
import { IconButton } from './icon-button.tsx';

export function CopyButton({ text, label }: { text: string; label?: string }) {
  const t = useTranslations('ui');
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 2_000);
    return () => clearTimeout(timer);
  }, [done]);
  return (
    <IconButton
      icon={done ? Check : Copy}
      label={done ? t('copied') : (label ?? t('copy'))}
      // Beside a text it takes no line of its own height.
      className="-my-1 max-md:-my-3"
      onClick={() => void copyText(text).then(setDone)}
    />
  );
}

/** A command or value to take along; the whole text is selected by a click. */
export function CopyField({ text }: { text: string }) {
  return (
    <div className="flex h-8 min-w-0 items-center gap-1 rounded-control border border-line bg-sunken pl-2.5 text-left text-fg max-md:h-11">
      <code className="flex-1 select-all overflow-hidden text-ellipsis whitespace-nowrap text-mono">{text}</code>
      <CopyButton text={text} />
    </div>
  );
}
