export { createKernel } from './create-kernel.ts';
export type * from './kernel.ts';
export type * from './nft-table.ts';
export { parseSignal, SIGKILL } from './signals.ts';
