'use client';
import type { LucideIcon } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { cx } from '../_lib/cx.ts';
import { Icon } from './icon.tsx';

export function Menu({ trigger, children, label }: { trigger: ReactNode; children: ReactNode; label?: string }) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          aria-label={label}
          className="z-(--z-popover) max-h-(--radix-dropdown-menu-content-available-height) w-56 overflow-y-auto rounded-card border border-line bg-raised p-1 text-table shadow-float"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

export function MenuItem({
  icon,
  danger = false,
  disabled = false,
  aside,
  onSelect,
  children,
}: {
  icon?: LucideIcon;
  danger?: boolean;
  disabled?: boolean;
  aside?: ReactNode;
  onSelect: () => void;
  children: ReactNode;
}) {
  return (
    <DropdownMenu.Item
      disabled={disabled}
      onSelect={onSelect}
      className={cx(
        'flex h-8 items-center gap-2.5 rounded-[5px] px-2 outline-none data-[highlighted]:bg-hover max-md:h-11',
        'data-[highlighted]:outline-2 data-[highlighted]:-outline-offset-2 data-[highlighted]:outline-transparent',
        disabled ? 'text-faint' : danger ? 'text-danger' : 'text-fg [&>svg]:text-muted',
      )}
    >
      {icon !== undefined && <Icon icon={icon} />}
      <span className="min-w-0 truncate">{children}</span>
      {aside !== undefined && <span className="ml-auto text-caption text-faint">{aside}</span>}
    </DropdownMenu.Item>
  );
}

export function MenuLine() {
  return <DropdownMenu.Separator className="-mx-1 my-1 border-hairline border-t" />;
}
