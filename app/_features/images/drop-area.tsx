import { FileArchive } from 'lucide';
import { type DragEvent, type ReactNode, useState } from 'react';
import { Icon } from '../../_ui/icon.tsx';

/** Takes files that are dropped anywhere on its content, and says meanwhile what will become of them. */
export function DropArea({
  text,
  onFiles,
  children,
}: {
  text: string;
  onFiles: (files: readonly File[]) => void;
  children: ReactNode;
}) {
  const [over, setOver] = useState(false);
  const isFile = (event: DragEvent) => event.dataTransfer.types.includes('Files');
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: those without a mouse choose files on the page behind the button
    <div
      className="relative min-h-full"
      onDragOver={(event) => {
        if (!isFile(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!(event.relatedTarget instanceof Node) || !event.currentTarget.contains(event.relatedTarget))
          setOver(false);
      }}
      onDrop={(event) => {
        if (!isFile(event)) return;
        event.preventDefault();
        setOver(false);
        onFiles([...event.dataTransfer.files]);
      }}
    >
      {children}
      {over && (
        <div className="pointer-events-none absolute inset-2 z-30 flex items-start justify-center rounded-card border border-accent border-dashed bg-accent-soft pt-24">
          <p className="flex items-center gap-2 font-medium text-table">
            <Icon icon={FileArchive} size={24} className="text-accent" />
            {text}
          </p>
        </div>
      )}
    </div>
  );
}
