export { type Auth, createAuth, type SignedIn } from './auth.ts';
export { readPreferences } from './preferences.ts';
export { type Client, type SessionEndReason, type Sessions, sessionLimits } from './sessions.ts';
export type { UserInfo } from './users.ts';
export { watchSessions } from './watch-sessions.ts';
