import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '#engine/errors/index.ts';
import { silentLogger, systemClock } from '#engine/lib/index.ts';
import { enginePaths } from '#engine/paths.ts';
import { type Audit, createAudit } from '../audit/index.ts';
import { createAuth } from '../auth/index.ts';
import { recoverDatabase, restoreBackup, writeBackup } from '../backup/index.ts';
import type { Config } from '../config/index.ts';
import { type Db, openDatabase } from '../db/index.ts';
import { createStores } from '../stores/index.ts';
import type { AdminCommand } from './read-command.ts';
import type { Terminal } from './terminal.ts';
import { runTokenCommand } from './token-commands.ts';
import { verifyInstance } from './verify.ts';

/** Runs one command on the instance of this data root, beside a running server or without one. Returns the exit code. */
export async function runCommand(
  command: Exclude<AdminCommand, { kind: 'help' }>,
  config: Config,
  terminal: Terminal,
): Promise<number> {
  const paths = enginePaths(config.dataRoot, config.runRoot);
  // Before anything is opened, or there would be a data root to restore over.
  if (command.kind === 'restore') return restore(command, paths, terminal);
  if (command.kind === 'recover') return recover(command, paths, terminal);
  await using database = await openDatabase({ file: paths.database, log: silentLogger });
  const { db } = database;
  const audit = createAudit(db, { clock: systemClock });
  const auth = createAuth({ db, databaseFile: paths.database });
  switch (command.kind) {
    case 'setup-code': {
      const { code, file, expiresAt } = await audited(audit, command.kind, undefined, () => auth.issueSetupCode());
      terminal.out(code);
      terminal.note(`valid until ${expiresAt.toISOString()}, once; also in ${file}`);
      return 0;
    }
    case 'create-user': {
      const { name, role } = command;
      const password = await terminal.readPassword();
      await audited(audit, command.kind, user(name), () => auth.createUser({ name, role, password }));
      terminal.note(`user ${name} made with role ${role}`);
      return 0;
    }
    case 'reset-password': {
      const password = await terminal.readPassword();
      await audited(audit, command.kind, user(command.name), () => auth.resetPassword(command.name, password));
      terminal.note(`password of ${command.name} set, all sessions ended`);
      return 0;
    }
    case 'set-role': {
      const { name, role } = command;
      await audited(audit, command.kind, user(name), () => auth.changeUser(name, { role }));
      terminal.note(`${name} has the role ${role}`);
      return 0;
    }
    case 'disable-user':
    case 'enable-user': {
      const { kind, name } = command;
      await audited(audit, kind, user(name), () => auth.changeUser(name, { disabled: kind === 'disable-user' }));
      terminal.note(kind === 'disable-user' ? `${name} can sign in no more` : `${name} can sign in again`);
      return 0;
    }
    case 'create-token':
    case 'issue-certificate':
    case 'list-tokens':
    case 'revoke-token':
      return await runTokenCommand(command, { auth, config, tlsFolder: paths.tls }, terminal, (object, work) =>
        audited(audit, command.kind, object, work),
      );
    case 'backup': {
      const { file, parts } = command;
      const request = { paths, file, parts, release: await readRelease(), createdAt: systemClock() };
      const done = await audited(audit, command.kind, { type: 'backup', name: file }, () => writeBackup(request));
      terminal.note(`${file}: ${done.sizeBytes} bytes, ${['records', ...parts].join(', ')}, sha256 ${done.sha256}`);
      if (done.changed) terminal.note('some files changed while they were read; stop containers for a still picture');
      return 0;
    }
    case 'verify':
      return await verify(db, audit, { paths, instance: config.instance }, terminal);
  }
}

const user = (name: string) => ({ type: 'user', name });

async function readRelease(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(import.meta.dirname, '../../package.json'), 'utf8'));
  return String(version);
}

async function restore(
  command: { file: string; force: boolean },
  paths: ReturnType<typeof enginePaths>,
  terminal: Terminal,
): Promise<number> {
  const { file } = command;
  const { createdAt, release, parts, movedTo } = await restoreBackup({
    paths,
    file,
    force: command.force,
    now: systemClock(),
    // Also brings an older release's records up to this one; those of a newer one are refused.
    async check(databaseFile) {
      await using database = await openDatabase({ file: databaseFile, log: silentLogger });
      const audit = createAudit(database.db, { clock: systemClock });
      const { ok } = await audit.verifyChain();
      if (!ok) terminal.note('the audit log in this backup is broken; see ./davit admin verify');
      await audited(audit, 'restore', { type: 'backup', name: file }, () => Promise.resolve());
    },
  });
  terminal.note(`restored what ${release} wrote at ${createdAt.toISOString()}: ${['records', ...parts].join(', ')}`);
  if (movedTo !== undefined) terminal.note(`what was there before is in ${movedTo}`);
  if (!parts.includes('images'))
    terminal.note('images and containers’ own files were not in it: load the images again');
  return 0;
}

async function recover(
  command: { force: boolean },
  paths: ReturnType<typeof enginePaths>,
  terminal: Terminal,
): Promise<number> {
  const { copy, takenAt, movedTo } = await recoverDatabase({ paths, force: command.force, now: systemClock() });
  await using database = await openDatabase({ file: paths.database, log: silentLogger });
  const audit = createAudit(database.db, { clock: systemClock });
  await audited(audit, 'recover', { type: 'backup', name: copy }, () => Promise.resolve());
  terminal.note(`the records are those of ${takenAt.toISOString()}; what was made or changed since is not in them`);
  for (const file of movedTo) terminal.note(`what was there before is in ${file}`);
  return 0;
}

async function verify(
  db: Db,
  audit: Audit,
  place: { paths: ReturnType<typeof enginePaths>; instance: string },
  terminal: Terminal,
): Promise<number> {
  const { checked, problems } = await verifyInstance({ db, stores: createStores(db), audit, ...place });
  for (const problem of problems) terminal.out(problem);
  const { auditRows, blobs, rows } = checked;
  terminal.note(`${rows} rows, ${blobs} blobs, ${auditRows} audit rows checked; ${problems.length} problems`);
  return problems.length === 0 ? 0 : 1;
}

/** The command line is an entrance like the others: what it did, or was refused, stands in the log. */
async function audited<T>(
  audit: Audit,
  action: string,
  object: { type: string; name: string } | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const entry = {
    requestId: randomUUID(),
    environmentId: 'local',
    actor: { id: undefined, name: `command line (uid ${process.getuid?.() ?? 'unknown'})` },
    action: `admin.${action}`,
    object,
  };
  // First the row, then the effect: what cannot be written down is not done.
  await audit.append({ ...entry, result: 'allowed' });
  try {
    return await work();
  } catch (error) {
    const reason = error instanceof EngineError ? error.details.reason : undefined;
    await audit.append({ ...entry, result: 'failed', details: { reason } });
    throw error;
  }
}
