export {
  createOperations,
  type OperationContext,
  type OperationFilter,
  type OperationObject,
  type OperationRecord,
  type OperationRequest,
  type OperationState,
  type Operations,
  type OperationsOptions,
} from './operations.ts';
