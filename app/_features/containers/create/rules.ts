// In a file of its own, so that all of it is loaded together.
export { checkForm } from './check-form.ts';
export { dockerJson } from './docker-json.ts';
export { findProblems } from './find-field.ts';
export { searchOptions } from './search-options.ts';
export { toInput } from './to-input.ts';
