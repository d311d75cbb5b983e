import { FileArchive, Upload } from 'lucide';
import { useTranslations } from 'next-intl';
import { type DragEvent, useId, useState } from 'react';
import { cx } from '../../_lib/cx.ts';
import { Icon } from '../../_ui/icon.tsx';

/** Takes files by dragging or choosing, any number of them. */
export function DropZone({ text, onFiles }: { text: string; onFiles: (files: readonly File[]) => void }) {
  const t = useTranslations('images');
  const id = useId();
  const [over, setOver] = useState(false);
  function onDrop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    onFiles([...event.dataTransfer.files]);
  }
  return (
    <div>
      <input
        id={id}
        type="file"
        multiple
        className="peer sr-only"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          // The same file can be chosen again after it was taken off the list.
          event.target.value = '';
        }}
      />
      <label
        htmlFor={id}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
        className={cx(
          'flex min-h-28 cursor-pointer flex-col items-center justify-center gap-1.5 rounded-card border border-dashed px-4 py-5 text-center text-table',
          'peer-focus-visible:outline-2 peer-focus-visible:outline-focus peer-focus-visible:outline-offset-2',
          over ? 'border-accent bg-accent-soft' : 'border-line-strong hover:bg-hover',
        )}
      >
        <Icon icon={over ? FileArchive : Upload} size={24} className={over ? 'text-accent' : 'text-faint'} />
        <span className="font-medium">{over ? text : t('file')}</span>
        <span className="text-caption text-muted">{t('dropHint')}</span>
      </label>
    </div>
  );
}
