export { createKernel } from './create-kernel.ts';
export type * from './kernel.ts';
