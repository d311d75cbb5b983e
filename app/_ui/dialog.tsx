'use client';
import { useState } from 'react';
import { cx } from '../_lib/cx.ts';
import { lazyPart } from '../_lib/lazy-part.tsx';
import type { DialogProps } from './dialog-panel.tsx';

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
  items: readonly { name: string; aside?: string; note?: string; warns?: boolean }[];
}) {
  return (
    <ul className="my-3 max-h-64 overflow-auto rounded-control border border-line bg-surface">
      {items.map((item) => (
        <li key={item.name} className="border-hairline border-t px-3 py-2 first:border-t-0">
          <div className="flex justify-between gap-2">
            <span className="min-w-0 truncate font-medium">{item.name}</span>
            <span className="flex-none text-muted tabular-nums">{item.aside}</span>
          </div>
          {item.note !== undefined && (
            <p className={cx('text-caption', item.warns === true ? 'text-warning' : 'text-muted')}>{item.note}</p>
          )}
        </li>
      ))}
    </ul>
  );
}
