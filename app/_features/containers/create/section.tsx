import { ChevronDown, ChevronRight, type IconNode } from 'lucide';
import type { ReactNode } from 'react';
import { Icon } from '../../../_ui/icon.tsx';

/** A part of the form that folds; folded, it says what is set in it. */
export function FormSection({
  id,
  icon,
  title,
  flag,
  summary,
  open,
  onToggle,
  children,
}: {
  id: string;
  icon: IconNode;
  title: string;
  /** Of the rows in it, which have no place for theirs. */
  flag: string | undefined;
  summary: string;
  open: boolean;
  onToggle: () => void;
  children: ReactNode;
}) {
  return (
    <section className="min-w-0 rounded-card border border-line bg-surface">
      <h2 className="min-w-0">
        <button
          type="button"
          aria-expanded={open}
          aria-controls={`section-${id}`}
          onClick={onToggle}
          className="flex min-h-11 w-full min-w-0 items-center gap-2 rounded-card px-4 text-left max-md:px-3"
        >
          <Icon icon={icon} className="text-muted" />
          <span className="flex-none font-semibold text-body">{title}</span>
          {open && flag !== undefined && <code className="text-caption text-faint">{flag}</code>}
          {!open && <code className="min-w-0 flex-1 truncate text-mono text-muted">{summary}</code>}
          <Icon icon={open ? ChevronDown : ChevronRight} className="ml-auto text-faint" />
        </button>
      </h2>
      {open && (
        <div id={`section-${id}`} className="flex flex-col gap-4 border-hairline border-t px-4 py-3.5 max-md:p-3">
          {children}
        </div>
      )}
    </section>
  );
}
