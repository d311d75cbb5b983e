export { admit, judge } from './admit.ts';
export { admitCreate, type CreateFacts } from './admit-create.ts';
export type { AdmissionPolicy, Violation } from './admit-rules.ts';
export { assertCan, can, grantsOf, type Resource } from './can.ts';
export { createOwnership, type Ownership } from './ownership.ts';
export { PERMISSION_TABLE, PERMISSIONS, type Permission } from './permissions.ts';
export { MASK, redact } from './redact.ts';
export { type Actor, ROLES, type Role, type SessionActor, tryParseRole } from './roles.ts';
