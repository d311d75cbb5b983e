export * from './atomic-file.ts';
export * from './cleanup-stack.ts';
export * from './clock.ts';
export { isThere, namesIn } from './folder.ts';
export * from './ids.ts';
export * from './keyed-lock.ts';
export * from './log.ts';
export * from './op-options.ts';
export * from './slots.ts';
