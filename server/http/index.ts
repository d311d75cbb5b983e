export { createListener } from './listener.ts';
export { type CreateContext, createContextFactory } from './request-context.ts';
