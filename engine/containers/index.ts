export type * from './container-service.ts';
export type { ContainerDeps } from './context.ts';
export { createContainerService, type ManagedContainers } from './create-container-service.ts';
export { logDetails } from './log-extras.ts';
export { logDrivers } from './log-options.ts';
export { nameTaken } from './names.ts';
