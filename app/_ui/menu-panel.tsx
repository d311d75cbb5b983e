'use client';
import { Check } from 'lucide';
import { useTranslations } from 'next-intl';
import { Menu as Radix } from 'radix-ui/internal';
import type { ReactNode, RefObject } from 'react';
import { useRef } from 'react';
import { cx } from '../_lib/cx.ts';
import { useServerAway } from '../_lib/server-away.ts';
import { Icon } from './icon.tsx';
import { type MenuCheckProps, type MenuItemProps, MenuPartsContext } from './menu-parts.ts';

const ROW =
  'flex h-8 items-center gap-2.5 rounded-[5px] px-2 outline-none data-[highlighted]:bg-hover max-md:h-11 data-[highlighted]:outline-2 data-[highlighted]:-outline-offset-2 data-[highlighted]:outline-transparent';

/** An open menu at its button, which gets the focus back when it closes. */
export function MenuPanel({
  id,
  labelledBy,
  label,
  button,
  focusFirst,
  onClose,
  children,
}: {
  id: string;
  labelledBy: string;
  label: string | undefined;
  button: RefObject<HTMLElement | null>;
  focusFirst: boolean;
  onClose: () => void;
  children: ReactNode;
}) {
  const isFirst = useRef(focusFirst);
  return (
    <Radix.Root open modal onOpenChange={(open) => !open && onClose()}>
      <Radix.Anchor virtualRef={button as RefObject<HTMLElement>} />
      <Radix.Portal>
        <Radix.Content
          id={id}
          align="end"
          sideOffset={4}
          collisionPadding={8}
          loop={false}
          aria-labelledby={labelledBy}
          aria-label={label}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            button.current?.focus();
          }}
          onFocus={({ target, currentTarget }) => {
            if (target !== currentTarget || !isFirst.current) return;
            isFirst.current = false;
            currentTarget.querySelector<HTMLElement>('[role^=menuitem]:not([data-disabled])')?.focus();
          }}
          className="z-(--z-popover) max-h-(--radix-popper-available-height) w-56 overflow-y-auto rounded-card border border-line bg-raised p-1 text-table shadow-float"
        >
          <MenuPartsContext value={PARTS}>{children}</MenuPartsContext>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

const PARTS = { Item, Check: CheckItem, Line };

function Item({
  icon,
  danger = false,
  disabled: barred = false,
  reason,
  writes = false,
  aside,
  onSelect,
  children,
}: MenuItemProps) {
  const t = useTranslations('connection');
  const away = useServerAway() && writes;
  const disabled = barred || away;
  return (
    <Radix.Item
      disabled={disabled}
      title={away ? t('away') : disabled ? reason : undefined}
      onSelect={onSelect}
      className={cx(ROW, disabled ? 'text-faint' : danger ? 'text-danger' : 'text-fg [&>svg]:text-muted')}
    >
      {icon !== undefined && <Icon icon={icon} />}
      <span className="min-w-0 truncate">{children}</span>
      {aside !== undefined && <span className="ml-auto text-caption text-faint">{aside}</span>}
    </Radix.Item>
  );
}

function CheckItem({ checked, fixed = false, aside, onChecked, className, children, ...rest }: MenuCheckProps) {
  return (
    <Radix.CheckboxItem
      checked={checked}
      onSelect={(event) => event.preventDefault()}
      onCheckedChange={(on) => !fixed && onChecked(on === true)}
      className={cx(ROW, 'text-fg', className)}
      {...rest}
    >
      <span className="flex size-4 items-center justify-center">
        <Radix.ItemIndicator>
          <Icon icon={Check} className={fixed ? 'text-faint' : 'text-accent'} />
        </Radix.ItemIndicator>
      </span>
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {aside}
    </Radix.CheckboxItem>
  );
}

function Line() {
  return <Radix.Separator className="-mx-1 my-1 border-hairline border-t" />;
}
