export { createOperations, type Operations } from './operations.ts';
export type { OperationProgress } from './rate-meter.ts';
