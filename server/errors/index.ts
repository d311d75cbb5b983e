export { AppError, codeOf, deniedError, isAppError, mappingOf } from './app-error.ts';
export { ERROR_MAP, type ErrorCode, type ErrorMapping, type ServerErrorCode, type TrpcCode } from './error-map.ts';
export { isServerFault, toWireError, type WireError } from './wire-error.ts';
