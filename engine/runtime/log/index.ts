export type * from './log-reader.ts';
export { createReadLog, readLog } from './read-log.ts';
