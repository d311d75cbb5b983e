'use client';
import {
  cloneElement,
  type KeyboardEvent,
  type PointerEvent,
  type ReactElement,
  type ReactNode,
  use,
  useId,
  useRef,
  useState,
} from 'react';
import { lazyPart } from '../_lib/lazy-part.tsx';
import { type MenuCheckProps, type MenuItemProps, MenuPartsContext } from './menu-parts.ts';

const MenuPanel = lazyPart(() => import('./menu-panel.tsx').then((module) => module.MenuPanel));

/** How it was opened: by a key, its first item gets the focus. */
type Opened = 'pointer' | 'key';

/**
 * A button with a menu. A row of a list has one, so the button alone is drawn at first; the menu itself, with all that places and
 * steers it, when it opens.
 */
export function Menu({
  trigger,
  children,
  label,
}: {
  trigger: ReactElement<Record<string, unknown>>;
  children: ReactNode;
  label?: string;
}) {
  const id = useId();
  const button = useRef<HTMLElement>(null);
  const [opened, setOpened] = useState<Opened>();
  const isOpen = opened !== undefined;
  function toggle(how: Opened, { currentTarget }: { currentTarget: EventTarget }) {
    button.current = currentTarget as HTMLElement;
    setOpened(isOpen ? undefined : how);
  }
  return (
    <>
      {cloneElement(trigger, {
        id,
        'aria-haspopup': 'menu',
        'aria-expanded': isOpen,
        'aria-controls': isOpen ? `${id}-menu` : undefined,
        onPointerEnter: MenuPanel.prepare,
        onFocus: MenuPanel.prepare,
        onPointerDown(event: PointerEvent) {
          if (event.button !== 0 || event.ctrlKey) return;
          toggle('pointer', event);
          // The menu takes the focus, not the button.
          if (!isOpen) event.preventDefault();
        },
        onKeyDown(event: KeyboardEvent) {
          if (event.key === 'Enter' || event.key === ' ') toggle('key', event);
          else if (event.key === 'ArrowDown' && !isOpen) toggle('key', event);
          else return;
          event.preventDefault();
        },
      })}
      {isOpen && (
        <MenuPanel
          id={`${id}-menu`}
          labelledBy={id}
          label={label}
          button={button}
          focusFirst={opened === 'key'}
          onClose={() => setOpened(undefined)}
        >
          {children}
        </MenuPanel>
      )}
    </>
  );
}

export function MenuItem(props: MenuItemProps) {
  const parts = use(MenuPartsContext);
  return parts !== undefined && <parts.Item {...props} />;
}

/** The menu stays open while several are chosen. */
export function MenuCheck(props: MenuCheckProps) {
  const parts = use(MenuPartsContext);
  return parts !== undefined && <parts.Check {...props} />;
}

export function MenuLine() {
  const parts = use(MenuPartsContext);
  return parts !== undefined && <parts.Line />;
}
