export {
  type Audit,
  type AuditEntry,
  type AuditFilter,
  type AuditRecord,
  type AuditResult,
  type ChainVerdict,
  createAudit,
} from './audit.ts';
