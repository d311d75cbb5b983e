'use client';
import { Check, Columns3, GripVertical } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { DropdownMenu } from 'radix-ui';
import { type KeyboardEvent, useState } from 'react';
import { cx } from '../../_lib/cx.ts';
import { Button } from '../button.tsx';
import { Icon } from '../icon.tsx';
import { type DataColumn, moveColumn, withColumn } from './columns.ts';

const ITEM = 'flex h-8 items-center gap-2.5 rounded-[5px] px-2 outline-none data-[highlighted]:bg-hover max-md:h-11';

/**
 * Which columns a list shows, and in which order; undefined for those of the start. It stays open while several are chosen.
 * A shown one is moved by dragging it, or with Alt and the arrows.
 */
export function ColumnMenu<Row>({
  columns,
  shown,
  onChange,
}: {
  columns: readonly DataColumn<Row>[];
  shown: readonly string[];
  onChange: (shown: readonly string[] | undefined) => void;
}) {
  const t = useTranslations('ui');
  const [dragged, setDragged] = useState<string>();
  const inOrder = [
    ...shown.flatMap((id) => columns.find((column) => column.id === id) ?? []),
    ...columns.filter(({ id }) => !shown.includes(id)),
  ];

  function onKeyDown(event: KeyboardEvent, id: string): void {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    const at = shown.indexOf(id);
    if (at !== -1) onChange(moveColumn(shown, id, at + (event.key === 'ArrowUp' ? -1 : 1)));
  }

  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <Button icon={Columns3}>{t('columns')}</Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          aria-label={t('columns')}
          className="z-(--z-popover) max-h-(--radix-dropdown-menu-content-available-height) w-60 overflow-y-auto rounded-card border border-line bg-raised p-1 text-table shadow-float"
        >
          {inOrder.map(({ id, header, locked }) => {
            const isShown = shown.includes(id);
            return (
              <DropdownMenu.CheckboxItem
                key={id}
                checked={isShown}
                aria-keyshortcuts={isShown ? 'Alt+ArrowUp Alt+ArrowDown' : undefined}
                draggable={isShown}
                onDragStart={() => setDragged(id)}
                onDragEnd={() => setDragged(undefined)}
                onDragOver={(event) => {
                  if (dragged === undefined || !isShown) return;
                  event.preventDefault();
                  if (dragged !== id) onChange(moveColumn(shown, dragged, shown.indexOf(id)));
                }}
                onKeyDown={(event) => onKeyDown(event, id)}
                onSelect={(event) => event.preventDefault()}
                onCheckedChange={(on) => {
                  if (locked) return;
                  onChange(on === true ? withColumn(columns, shown, id) : shown.filter((other) => other !== id));
                }}
                className={cx(ITEM, dragged === id && 'bg-selected')}
              >
                <span className="flex size-4 items-center justify-center">
                  <DropdownMenu.ItemIndicator>
                    <Icon icon={Check} className={locked ? 'text-faint' : 'text-accent'} />
                  </DropdownMenu.ItemIndicator>
                </span>
                <span className="min-w-0 flex-1 truncate">{header}</span>
                {isShown && <Icon icon={GripVertical} size={14} className="cursor-grab text-faint" />}
              </DropdownMenu.CheckboxItem>
            );
          })}
          <DropdownMenu.Separator className="-mx-1 my-1 border-hairline border-t" />
          <DropdownMenu.Item onSelect={() => onChange(undefined)} className={cx(ITEM, 'pl-[34px] text-muted')}>
            {t('resetColumns')}
          </DropdownMenu.Item>
          <p className="px-2 pt-1 pb-1.5 pl-[34px] text-caption text-faint">{t('moveColumns')}</p>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
