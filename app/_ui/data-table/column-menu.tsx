'use client';
import { Columns3, GripVertical } from 'lucide';
import { useTranslations } from 'next-intl';
import { type KeyboardEvent, useState } from 'react';
import { Button } from '../button.tsx';
import { Icon } from '../icon.tsx';
import { Menu, MenuCheck, MenuItem, MenuLine } from '../menu.tsx';
import { type DataColumn, moveColumn, withColumn } from './columns.ts';

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
    <Menu trigger={<Button icon={Columns3}>{t('columns')}</Button>} label={t('columns')}>
      {inOrder.map(({ id, header, locked }) => {
        const isShown = shown.includes(id);
        return (
          <MenuCheck
            key={id}
            checked={isShown}
            fixed={locked === true}
            aside={isShown && <Icon icon={GripVertical} size={14} className="cursor-grab text-faint" />}
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
            onChecked={(on) => onChange(on ? withColumn(columns, shown, id) : shown.filter((other) => other !== id))}
            className={dragged === id ? 'bg-selected' : ''}
          >
            {header}
          </MenuCheck>
        );
      })}
      <MenuLine />
      <MenuItem onSelect={() => onChange(undefined)}>
        <span className="pl-[26px] text-muted">{t('resetColumns')}</span>
      </MenuItem>
      <p className="px-2 pt-1 pb-1.5 pl-[34px] text-caption text-faint">{t('moveColumns')}</p>
    </Menu>
  );
}
