import { CircleAlert } from 'lucide';
import type { ReactNode } from 'react';
import { Icon } from '../../../_ui/icon.tsx';

/** What is wrong with a row of several fields, under it. */
export function RowProblem({ id, text, children }: { id: string; text: string | undefined; children?: ReactNode }) {
  if (text === undefined) return null;
  return (
    <p id={id} className="mt-1.5 flex items-start gap-1.5 text-caption text-danger">
      <Icon icon={CircleAlert} size={14} className="mt-px" />
      <span className="min-w-0">
        {text} {children}
      </span>
    </p>
  );
}
