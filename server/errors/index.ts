export { AppError, codeOf, deniedError, mappingOf } from './app-error.ts';
export { ERROR_MAP } from './error-map.ts';
export { isServerFault, toWireError, type WireError } from './wire-error.ts';
