// Keys that the list of them names; those of every page are in `go-keys.ts`, which each page loads.

/** Keys of the focused row of a list of containers, and of an open one. */
export const CONTAINER_KEYS = [
  { keys: ['l'], name: 'logs' },
  { keys: ['t'], name: 'terminal' },
  { keys: ['r'], name: 'restart' },
  { keys: ['s'], name: 'startStop' },
  { keys: ['e'], name: 'edit' },
] as const;

/** Keys of every list. */
export const LIST_KEYS = [
  { keys: ['j', 'k', '↓', '↑'], name: 'moveRow' },
  { keys: ['Home', 'End'], name: 'firstLastRow' },
  { keys: ['Enter'], name: 'openRow' },
  { keys: ['Ctrl', 'Enter'], name: 'openRowInTab' },
  { keys: ['x'], name: 'selectRow' },
  { keys: ['Shift', 'x'], name: 'selectRange' },
  { keys: ['.'], name: 'rowMenu' },
  { keys: ['/'], name: 'toFilter' },
] as const;

/** Keys of a log that has the focus. */
export const LOG_KEYS = [
  { keys: ['/'], name: 'searchLog' },
  { keys: ['n', 'N'], name: 'nextHit' },
  { keys: ['End'], name: 'followLog' },
  { keys: ['Home'], name: 'oldestLine' },
  { keys: ['Space'], name: 'pauseLog' },
  { keys: ['w'], name: 'wrapLines' },
  { keys: ['t'], name: 'showTimes' },
] as const;

/** Keys of single places; each is handled there. */
export const PLACE_KEYS = [
  { keys: ['Ctrl', 'F6'], name: 'leaveTerminal' },
  { keys: ['F8'], name: 'toNotifications' },
  { keys: ['Esc'], name: 'closeFloating' },
] as const;
