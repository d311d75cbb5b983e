export * from './event-bus.ts';
export type * from './event-filter.ts';
