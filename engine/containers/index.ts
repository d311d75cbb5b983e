export type * from './container-service.ts';
export type { ContainerDeps } from './context.ts';
export { createContainerService, type ManagedContainers } from './create-container-service.ts';
export { nameTaken } from './names.ts';
export { parseSignal } from './signals.ts';
export { humanDuration, statusWords } from './status-words.ts';
export { allowedActions, canDo } from './transitions.ts';
