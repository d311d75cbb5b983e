export type { BackupPart } from './backup-header.ts';
export { recoverDatabase } from './recover-database.ts';
export { restoreBackup } from './restore-backup.ts';
export { writeBackup } from './write-backup.ts';
