export type * from './log-reader.ts';
export { createReadLog, readLog, readLogBytes } from './read-log.ts';
