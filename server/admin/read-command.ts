import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EngineError } from '#engine/errors/index.ts';
import { ROLES, type Role, SCOPES, type Scope, tryParseRole } from '../access/index.ts';
import type { BackupPart } from '../backup/index.ts';
import { type Config, parseConfig, SETTINGS, withValues } from '../config/index.ts';

export type AdminCommand =
  | { kind: 'help' }
  | { kind: 'setup-code' }
  | { kind: 'create-user'; name: string; role: Role }
  | { kind: 'reset-password'; name: string }
  | { kind: 'set-role'; name: string; role: Role }
  | { kind: 'disable-user' | 'enable-user'; name: string }
  | { kind: 'create-token'; name: string; days: number; scopes: readonly Scope[] | undefined }
  | { kind: 'issue-certificate'; name: string; folder: string; days: number }
  | { kind: 'list-tokens'; name: string }
  | { kind: 'revoke-token'; id: string }
  | { kind: 'backup'; file: string; parts: BackupPart[] }
  | { kind: 'restore'; file: string; force: boolean }
  | { kind: 'recover'; force: boolean }
  | { kind: 'verify' };

/** A file, because ./davit shows it too, before there is a Node to run this with. */
export const USAGE = readFileSync(new URL('./usage.txt', import.meta.url), 'utf8');

/**
 * Our own arguments, with the settings of the server anywhere between them.
 *
 * @throws EngineError `invalid_argument` when the line is not one of those in the usage
 */
export function readCommand(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): { command: AdminCommand; config: Config } {
  const { values, positionals } = parse(args);
  const { help, role, 'password-stdin': fromStdin, force, ...others } = values;
  const { 'with-images': images, 'with-volumes': volumes, days, scope, ...flags } = others;
  // Help must not fail for a setting that is wrong.
  if (help === true) return { command: { kind: 'help' }, config: parseConfig({}) };
  const [kind, name, ...rest] = positionals;
  if (days !== undefined && kind !== 'create-token' && kind !== 'issue-certificate') {
    throw wrongUsage('--days belongs to create-token and issue-certificate');
  }
  if (scope !== undefined && kind !== 'create-token') throw wrongUsage('--scope belongs to create-token');
  const takesPassword = kind === 'create-user' || kind === 'reset-password';
  const takesRole = kind === 'create-user' || kind === 'set-role';
  const takesFile = kind === 'backup' || kind === 'restore';
  const folder = kind === 'issue-certificate' ? rest.shift() : undefined;
  const takesName =
    takesFile ||
    NAMED.has(kind ?? '') ||
    takesPassword ||
    takesRole ||
    kind === 'disable-user' ||
    kind === 'enable-user';
  if (rest.length > 0 || (!takesName && name !== undefined)) throw wrongUsage(`Too many arguments for ${kind}`);
  if (role !== undefined && !takesRole) throw wrongUsage('--role belongs to create-user and set-role');
  if (fromStdin === true && !takesPassword)
    throw wrongUsage('--password-stdin belongs to create-user and reset-password');
  if (force === true && kind !== 'restore' && kind !== 'recover')
    throw wrongUsage('--force belongs to restore and recover');
  if ((images === true || volumes === true) && kind !== 'backup') {
    throw wrongUsage('--with-images and --with-volumes belong to backup');
  }
  const parts: BackupPart[] = [
    ...(images === true ? ['images' as const] : []),
    ...(volumes === true ? ['volumes' as const] : []),
  ];
  // The launcher has changed the folder by now: DAVIT_CWD is where the person stood.
  const command =
    kind === 'recover'
      ? { kind: 'recover' as const, force: force === true }
      : takesFile
        ? toFileCommand(kind, name && resolve(env['DAVIT_CWD'] ?? '', name), parts, force === true)
        : NAMED.has(kind ?? '')
          ? toTokenCommand(kind ?? '', name, { folder: folder && resolve(env['DAVIT_CWD'] ?? '', folder), days, scope })
          : toCommand(kind, name, typeof role === 'string' ? role : undefined, fromStdin === true);
  const texts = Object.entries(flags).flatMap(([flag, value]) => (typeof value === 'string' ? [[flag, value]] : []));
  return { command, config: parseConfig({ flags: Object.fromEntries(texts), env }) };
}

const NAMED = new Set(['create-token', 'issue-certificate', 'list-tokens', 'revoke-token']);
const DEFAULT_DAYS = 90;

function toTokenCommand(
  kind: string,
  given: string | undefined,
  { folder, days: text, scope }: { folder: string | undefined; days: string | undefined; scope: string | undefined },
): AdminCommand {
  if (kind === 'revoke-token') {
    if (given === undefined) throw wrongUsage('revoke-token needs the ID that list-tokens shows');
    return { kind, id: given };
  }
  const name = requireName(kind, given);
  if (kind === 'list-tokens') return { kind, name };
  const days = text === undefined ? DEFAULT_DAYS : Number(text);
  if (!Number.isInteger(days) || days < 1 || days > 365) throw wrongUsage('--days must be 1 to 365');
  if (kind === 'create-token') return { kind, name, days, scopes: scope === undefined ? undefined : readScopes(scope) };
  if (folder === undefined) throw wrongUsage('issue-certificate needs the FOLDER for its files');
  return { kind: 'issue-certificate', name, folder, days };
}

function readScopes(text: string): Scope[] {
  return text.split(',').map((word) => {
    const scope = SCOPES.find((known) => known === word.trim());
    if (scope === undefined) throw wrongUsage(`--scope must be some of ${SCOPES.join(', ')}, separated by commas`);
    return scope;
  });
}

function toFileCommand(
  kind: 'backup' | 'restore',
  file: string | undefined,
  parts: BackupPart[],
  force: boolean,
): AdminCommand {
  if (file === undefined) throw wrongUsage(`${kind} needs the FILE`);
  return kind === 'backup' ? { kind, file, parts } : { kind, file, force };
}

function toCommand(
  kind: string | undefined,
  name: string | undefined,
  role: string | undefined,
  fromStdin: boolean,
): AdminCommand {
  switch (kind) {
    case 'setup-code':
    case 'verify':
      return { kind };
    case 'reset-password':
      return { kind, name: requirePassword(kind, name, fromStdin) };
    case 'create-user':
      return { kind, name: requirePassword(kind, name, fromStdin), role: requireRole(role) };
    case 'set-role':
      return { kind, name: requireName(kind, name), role: requireRole(role) };
    case 'disable-user':
    case 'enable-user':
      return { kind, name: requireName(kind, name) };
    case undefined:
      throw wrongUsage('A command is needed');
    default:
      throw wrongUsage(`There is no command ${kind}`);
  }
}

function requireRole(role: string | undefined): Role {
  const known = tryParseRole(role ?? '');
  if (known === undefined) throw wrongUsage(`--role must be one of ${ROLES.join(', ')}`);
  return known;
}

function requireName(kind: string, name: string | undefined): string {
  if (name === undefined) throw wrongUsage(`${kind} needs the NAME of a user`);
  return name;
}

/** A password on the command line would be in the process list and the shell's history, so there is only one way. */
function requirePassword(kind: string, given: string | undefined, fromStdin: boolean): string {
  const name = requireName(kind, given);
  if (!fromStdin) throw wrongUsage(`${kind} needs --password-stdin and the password on standard input`);
  return name;
}

function parse(args: readonly string[]) {
  const settings = Object.fromEntries(SETTINGS.map(({ flag }) => [flag, { type: 'string' as const }]));
  const own = {
    help: { type: 'boolean', short: 'h' },
    role: { type: 'string' },
    'password-stdin': { type: 'boolean' },
    force: { type: 'boolean' },
    'with-images': { type: 'boolean' },
    'with-volumes': { type: 'boolean' },
    days: { type: 'string' },
    scope: { type: 'string' },
  } as const;
  try {
    return parseArgs({
      args: withValues(args),
      options: { ...settings, ...own },
      allowPositionals: true,
      strict: true,
    });
  } catch (cause) {
    throw wrongUsage(cause instanceof Error ? cause.message : 'Unknown option', cause);
  }
}

function wrongUsage(message: string, cause?: unknown): EngineError {
  return new EngineError('invalid_argument', message, { reason: 'usage' }, { cause });
}
