export { AppError, deniedError } from './app-error.ts';
export { ERROR_MAP } from './error-map.ts';
export { invalidInput, unknownFields } from './invalid-input.ts';
export { codeOf, mappingOf, toKnownError } from './known-error.ts';
export { isServerFault, toWireError, type WireError } from './wire-error.ts';
