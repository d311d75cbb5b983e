'use client';
import { useLocale, useTranslations } from 'next-intl';
import { formatBytes, formatTime } from '../../_lib/format.ts';
import { saveText } from '../../_lib/save-text.ts';
import { ConfirmDialog } from '../../_ui/dialog.tsx';
import { plainText } from './ansi.ts';
import type { LogLine } from './log-window.ts';

/** All of a line that is too long for the list; it comes in pieces of a MiB at most. */
export function LineDialog({ line, onClose }: { line: LogLine | undefined; onClose: () => void }) {
  const t = useTranslations('logs');
  const locale = useLocale();
  if (line === undefined) return null;
  const text = plainText(line.text);
  const at = new Date(line.timeMs);
  return (
    <ConfirmDialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title={t('lineTitle', { at: formatTime(at, locale) })}
      action={t('saveLine', { size: formatBytes(text.length) })}
      onAction={() => {
        saveText(`line_${at.toISOString().slice(0, 19).replaceAll(':', '-')}.log`, `${text}\n`);
        onClose();
      }}
    >
      <pre className="whitespace-pre-wrap rounded-control border border-line bg-sunken p-2 font-mono text-mono [overflow-wrap:anywhere]">
        <bdi dir="ltr">{text}</bdi>
      </pre>
    </ConfirmDialog>
  );
}
