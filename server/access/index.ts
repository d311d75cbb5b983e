export { admit, judge } from './admit.ts';
export type { AdmissionPolicy, Violation } from './admit-rules.ts';
export { assertCan, can, grantsOf, mayEver, type Resource } from './can.ts';
export { createOwnership, type OwnedType, type Ownership } from './ownership.ts';
export { type Grant, PERMISSION_TABLE, PERMISSIONS, type Permission } from './permissions.ts';
export { MASK, redact } from './redact.ts';
export { type Actor, mayGrantRole, ROLES, type Role, tryParseRole } from './roles.ts';
