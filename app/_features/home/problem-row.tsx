import type { IconNode } from 'lucide';
import type { ReactNode } from 'react';
import { Icon } from '../../_ui/icon.tsx';

interface RowProps {
  icon: IconNode;
  bad: boolean;
  name: ReactNode;
  actions?: ReactNode;
  dismiss: ReactNode;
  children: ReactNode;
}

/** One line; on phones the name has the first to itself, and what can be done stands under the cause. */
export function ProblemRow({ icon, bad, name, actions, dismiss, children }: RowProps) {
  return (
    <div className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-1.5 text-table max-md:px-3 max-md:pb-3">
      <Icon icon={icon} className={bad ? 'text-danger' : 'text-warning'} />
      <span className="w-48 min-w-0 truncate font-semibold max-md:w-auto max-md:flex-1">{name}</span>
      <span className="min-w-0 flex-1 [overflow-wrap:anywhere] max-md:order-1 max-md:basis-full max-md:pl-7">
        {children}
      </span>
      {actions !== undefined && (
        <span className="flex flex-none items-center gap-2 max-md:order-1 max-md:basis-full max-md:pl-7">
          {actions}
        </span>
      )}
      {dismiss}
    </div>
  );
}
