export { type TerminalSession, Terminals } from './terminals.ts';
