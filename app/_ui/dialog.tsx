'use client';
import type { IconNode } from 'lucide';
import { useState } from 'react';
import { cx } from '../_lib/cx.ts';
import { lazyPart } from '../_lib/lazy-part.tsx';
import type { DialogProps } from './dialog-panel.tsx';
import { Icon } from './icon.tsx';

const DialogPanel = lazyPart(() => import('./dialog-panel.tsx').then((module) => module.DialogPanel));

/** Asks before something that removes, or for what an order needs; nothing of it is there before it opens. */
export function ConfirmDialog(props: DialogProps) {
  const [opened, setOpened] = useState(props.open);
  if (props.open && !opened) setOpened(true);
  return opened && <DialogPanel {...props} />;
}

/** Names with their bytes and what follows from removing them; `warns` when it ends what runs. */
export function ObjectList({
  items,
}: {
  items: readonly { name: string; icon?: IconNode; aside?: string; note?: string; warns?: boolean }[];
}) {
  return (
    <ul className="my-3 max-h-64 overflow-auto rounded-control border border-line bg-surface">
      {items.map((item) => (
        <li key={item.name} className="flex gap-2.5 border-hairline border-t px-3 py-2 first:border-t-0">
          {item.icon !== undefined && <Icon icon={item.icon} className="mt-0.5 text-muted" />}
          <div className="min-w-0 flex-1">
            <div className="flex justify-between gap-2">
              <span className="min-w-0 truncate font-medium">{item.name}</span>
              <span className="flex-none text-muted tabular-nums">{item.aside}</span>
            </div>
            {item.note !== undefined && (
              <p className={cx('text-caption', item.warns === true ? 'text-warning' : 'text-muted')}>{item.note}</p>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}
