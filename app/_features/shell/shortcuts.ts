/** Pages that `g` and then this key lead to; the message of `nav` that names each. */
export const GO_KEYS = [
  { key: 'h', name: 'home', href: '/' },
  { key: 'c', name: 'containers', href: '/containers' },
  { key: 'i', name: 'images', href: '/images' },
  { key: 'n', name: 'networks', href: '/networks' },
  { key: 'v', name: 'volumes', href: '/volumes' },
  { key: 'a', name: 'operations', href: '/activity/operations' },
  { key: 'e', name: 'events', href: '/activity/events' },
] as const;

export const FOLD_KEY = '[';
export const HELP_KEY = '?';

/** Keys of an open container. */
export const CONTAINER_KEYS = [
  { keys: ['l'], name: 'logs' },
  { keys: ['t'], name: 'terminal' },
  { keys: ['r'], name: 'restart' },
  { keys: ['s'], name: 'startStop' },
] as const;

/** Keys of single places; each is handled there. */
export const PLACE_KEYS = [
  { keys: ['Ctrl', 'F6'], name: 'leaveTerminal' },
  { keys: ['F8'], name: 'toNotifications' },
  { keys: ['Esc'], name: 'closeFloating' },
] as const;
