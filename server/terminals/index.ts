export { endTerminalsWithSessions } from './end-with-sessions.ts';
export { HostTerminals } from './host-terminals.ts';
export type { TerminalSession } from './shared-terminal.ts';
export { Terminals } from './terminals.ts';
