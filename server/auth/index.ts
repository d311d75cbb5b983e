export { type Auth, type AuthOptions, createAuth, type SignedIn } from './auth.ts';
export {
  type AuthenticatedSession,
  assertRecentlyProved,
  type Client,
  type SessionEnd,
  type SessionEndReason,
  type SessionInfo,
  type Sessions,
  sessionLimits,
} from './sessions.ts';
export { type IssuedCode, setupCodeFile } from './setup-code.ts';
export type { NewUser, UserInfo } from './users.ts';
