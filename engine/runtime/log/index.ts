export type * from './log-reader.ts';
