'use client';
import { Check, Columns3 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { DropdownMenu } from 'radix-ui';
import { Button } from '../button.tsx';
import { Icon } from '../icon.tsx';

/** which columns a list shows, undefined for those of the start; the menu stays open while several are chosen. */
export function ColumnMenu({
  columns,
  shown,
  onChange,
}: {
  columns: readonly { id: string; header: string; locked?: true }[];
  shown: readonly string[];
  onChange: (shown: readonly string[] | undefined) => void;
}) {
  const t = useTranslations('ui');
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <Button icon={Columns3}>{t('columns')}</Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          aria-label={t('columns')}
          className="z-(--z-popover) w-56 rounded-card border border-line bg-raised p-1 text-table shadow-float"
        >
          {columns
            .filter(({ locked }) => !locked)
            .map(({ id, header }) => (
              <DropdownMenu.CheckboxItem
                key={id}
                checked={shown.includes(id)}
                onSelect={(event) => event.preventDefault()}
                onCheckedChange={(on) => onChange(on === true ? [...shown, id] : shown.filter((other) => other !== id))}
                className="flex h-8 items-center gap-2.5 rounded-[5px] px-2 outline-none data-[highlighted]:bg-hover max-md:h-11"
              >
                <span className="flex size-4 items-center justify-center">
                  <DropdownMenu.ItemIndicator>
                    <Icon icon={Check} className="text-accent" />
                  </DropdownMenu.ItemIndicator>
                </span>
                {header}
              </DropdownMenu.CheckboxItem>
            ))}
          <DropdownMenu.Separator className="-mx-1 my-1 border-hairline border-t" />
          <DropdownMenu.Item
            onSelect={() => onChange(undefined)}
            className="flex h-8 items-center rounded-[5px] px-2 pl-[34px] text-muted outline-none data-[highlighted]:bg-hover max-md:h-11"
          >
            {t('resetColumns')}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
