export * from './event-bus.ts';
export type * from './event-filter.ts';
export { EventKeeper, readHistory } from './event-keeper.ts';
export type * from './event-store.ts';
