import type { IconNode } from 'lucide';
import { type ComponentProps, type ComponentType, createContext, type ReactNode } from 'react';

export interface MenuItemProps {
  icon?: IconNode;
  danger?: boolean;
  disabled?: boolean;
  /** Why it is disabled. */
  reason?: string | undefined;
  /** Orders something from the server: disabled, with that reason, while it is away. */
  writes?: boolean;
  aside?: ReactNode;
  onSelect: () => void;
  children: ReactNode;
}

type Element = Pick<
  ComponentProps<'div'>,
  'aria-keyshortcuts' | 'className' | 'draggable' | 'onDragEnd' | 'onDragOver' | 'onDragStart' | 'onKeyDown'
>;

export interface MenuCheckProps extends Element {
  checked: boolean;
  /** Stays as it is. */
  fixed?: boolean;
  aside?: ReactNode;
  onChecked: (checked: boolean) => void;
  children: ReactNode;
}

/** What items are drawn with; there once the code of an open menu has come. */
interface MenuParts {
  Item: ComponentType<MenuItemProps>;
  Check: ComponentType<MenuCheckProps>;
  Line: ComponentType;
}

export const MenuPartsContext = createContext<MenuParts | undefined>(undefined);
