export { createOperations, type OperationRecord, type Operations } from './operations.ts';
