export { createListener } from './listener.ts';
export { answerPlainHttp } from './plain-http.ts';
export { type CreateContext, createContextFactory, toBlockList } from './request-context.ts';
export { createPeerCheck } from './security.ts';
