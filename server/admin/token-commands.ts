import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError, errnoOf } from '#engine/errors/index.ts';
import { scopesOf } from '../access/index.ts';
import type { Auth, UserInfo } from '../auth/index.ts';
import type { Config } from '../config/index.ts';
import { readServerAuthority } from '../tls/index.ts';
import type { AdminCommand } from './read-command.ts';
import type { Terminal } from './terminal.ts';

type TokenCommand = Extract<
  AdminCommand,
  { kind: 'create-token' | 'issue-certificate' | 'list-tokens' | 'revoke-token' }
>;

/** Writes the audit row of a deed before it is done. */
type Audited = <T>(object: { type: string; name: string } | undefined, work: () => Promise<T>) => Promise<T>;

const NAME = 'command line';

/** Keys for programs, given and taken by whoever has the host. Returns the exit code. */
export async function runTokenCommand(
  command: TokenCommand,
  { auth, config, tlsFolder }: { auth: Auth; config: Config; tlsFolder: string },
  terminal: Terminal,
  audited: Audited,
): Promise<number> {
  const { credentials } = auth;
  switch (command.kind) {
    case 'create-token': {
      const { id, name, role } = await requireUser(auth, command.name);
      const wish = { name: NAME, days: command.days, scopes: command.scopes ?? scopesOf(role) };
      const { token, credential } = await audited({ type: 'user', name }, () => credentials.createToken(id, wish));
      terminal.out(token);
      terminal.note(`${credential.id}: valid until ${credential.expiresAt.toISOString()}; it is not shown again`);
      return 0;
    }
    case 'issue-certificate': {
      const { id, name, role } = await requireUser(auth, command.name);
      const { folder, days } = command;
      await makeFolder(folder);
      const wish = { name: NAME, days, scopes: scopesOf(role) };
      const { certificate, credential } = await audited({ type: 'user', name }, () =>
        credentials.issueCertificate(id, wish),
      );
      const authority = await readServerAuthority(config, tlsFolder);
      await writeFile(join(folder, 'key.pem'), certificate.key, { mode: 0o600 });
      await writeFile(join(folder, 'cert.pem'), certificate.cert);
      if (authority !== undefined) await writeFile(join(folder, 'ca.pem'), authority);
      terminal.out(credential.id);
      terminal.note(
        `valid until ${credential.expiresAt.toISOString()}; docker -H tcp://HOST:PORT --tlsverify finds it`,
      );
      terminal.note(`with DOCKER_CERT_PATH=${folder}`);
      if (authority === undefined) terminal.note('ca.pem is not ours: put that of the server’s certificate there');
      return 0;
    }
    case 'list-tokens': {
      const { id } = await requireUser(auth, command.name);
      for (const { id: tokenId, kind, name, expiresAt, lastUsedAt, lastAddress } of await credentials.list(id)) {
        const used = lastUsedAt === undefined ? 'never used' : `used ${lastUsedAt.toISOString()} from ${lastAddress}`;
        terminal.out([tokenId, kind, name, `until ${expiresAt.toISOString()}`, used].join('\t'));
      }
      return 0;
    }
    case 'revoke-token': {
      const { id } = command;
      const revoked = await audited({ type: 'token', name: id }, () => credentials.revoke(id));
      if (!revoked) throw new EngineError('not_found', `No such token: ${id}`, { reason: 'token_not_found', id });
      terminal.note(`${id} is worth nothing any more`);
      return 0;
    }
  }
}

async function requireUser(auth: Auth, name: string): Promise<UserInfo> {
  const user = await auth.findUser(name);
  if (user === undefined)
    throw new EngineError('not_found', `No such user: ${name}`, { reason: 'user_not_found', name });
  return user;
}

/** A new one, so that no key of somebody else is overwritten. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (cause) {
    if (errnoOf(cause) !== 'EEXIST') throw cause;
    throw new EngineError(
      'already_exists',
      `${folder} is there already`,
      { reason: 'folder_exists', folder },
      { cause },
    );
  }
}
