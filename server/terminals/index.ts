export { endTerminalsWithSessions } from './end-with-sessions.ts';
export { openHostTerminalSwitch } from './host-terminal-switch.ts';
export { HostTerminals } from './host-terminals.ts';
export type { TerminalSession } from './shared-terminal.ts';
export { Terminals } from './terminals.ts';
