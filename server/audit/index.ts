export { type Audit, type AuditResult, createAudit } from './audit.ts';
