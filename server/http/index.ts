export { createListener, type HandlePage, type ListenerOptions } from './listener.ts';
export { type CreateContext, createContextFactory, requestIdOf } from './request-context.ts';
export { isAllowedHost, isSameOrigin, readSessionToken } from './security.ts';
