export * from './digest.ts';
export * from './image-spec.ts';
export * from './media-types.ts';
