export { CONTAINER_FIELDS, type ContainerField, HOST_FIELDS, HOST_SERIES, type HostField } from './fields.ts';
export { toFigure, toFigures } from './figures.ts';
export type { Range } from './keeper.ts';
export { type Metrics, type OwnMetrics, openMetrics } from './metrics.ts';
export type { LiveSample } from './sampler.ts';
