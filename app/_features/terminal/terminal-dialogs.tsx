'use client';
import { useTranslations } from 'next-intl';
import { ConfirmDialog } from '../../_ui/dialog.tsx';

/** A program can print any address under any words: the true one is read before it is opened. */
export function LinkDialog({ url, onClose }: { url: string | undefined; onClose: () => void }) {
  const t = useTranslations('terminal');
  const target = url === undefined ? null : URL.parse(url);
  const safe = target !== null && (target.protocol === 'http:' || target.protocol === 'https:');
  return (
    <ConfirmDialog
      open={url !== undefined}
      onOpenChange={(open) => !open && onClose()}
      title={t('linkTitle', { host: target?.host ?? '–' })}
      action={t('linkAction')}
      blocked={!safe}
      onAction={() => {
        if (safe) window.open(target.href, '_blank', 'noopener,noreferrer');
        onClose();
      }}
    >
      <p className="font-mono text-mono [overflow-wrap:anywhere]">{url}</p>
      {!safe && <p className="mt-2 text-muted">{t('linkRefused')}</p>}
    </ConfirmDialog>
  );
}

interface PasteProps {
  text: string | undefined;
  onClose: () => void;
  onPaste: (text: string) => void;
}

/** Several lines may run as they arrive, so they are shown first. */
export function PasteDialog({ text = '', onClose, onPaste }: PasteProps) {
  const t = useTranslations('terminal');
  const lines = text.replace(/\r\n?/g, '\n').replace(/\n$/, '').split('\n').length;
  return (
    <ConfirmDialog
      open={text !== ''}
      onOpenChange={(open) => !open && onClose()}
      title={t('pasteTitle', { count: lines })}
      action={t('pasteAction', { count: lines })}
      onAction={() => {
        onClose();
        onPaste(text);
      }}
    >
      <pre className="max-h-64 overflow-auto rounded-control border border-line bg-sunken p-2 font-mono text-mono">
        {text}
      </pre>
    </ConfirmDialog>
  );
}
