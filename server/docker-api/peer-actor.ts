import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { EngineError } from '#engine/errors/index.ts';
import { type Actor, ROOT_PEER } from '#server/access/index.ts';
import type { Auth } from '../auth/index.ts';

const run = promisify(execFile);
const GETENT_MS = 5_000;

/** Root of the host needs no account: it can do everything anyway. */
const ROOT: Actor = { id: ROOT_PEER, name: 'root', role: 'owner' };

/** Whoever is at the other end of a unix socket, as a user of this server. Asked at each request: roles change. */
interface PeerActors {
  /** @throws EngineError `denied` when the account of the host is no user here */
  actorOf(uid: number): Promise<Actor>;
}

export function createPeerActors(
  auth: Pick<Auth, 'findUser'>,
  accountName: (uid: number) => Promise<string | undefined> = nameOfAccount,
): PeerActors {
  return {
    async actorOf(uid) {
      if (uid === 0) return ROOT;
      const name = await accountName(uid);
      const user = name === undefined ? undefined : await auth.findUser(name);
      if (user !== undefined && !user.disabled && user.name === name) return { id: user.id, name, role: user.role };
      const who = name === undefined ? `uid ${uid}` : `the account ${name}`;
      const words = `permission denied: ${who} of this host is no user of Davit; an administrator can add a user of the same name`;
      throw new EngineError('denied', words, { reason: 'peer_unknown', uid });
    },
  };
}

/** From the host's user database, whatever it consists of; undefined for a number without a name. */
async function nameOfAccount(uid: number): Promise<string | undefined> {
  try {
    const { stdout } = await run('getent', ['passwd', String(uid)], { timeout: GETENT_MS });
    return stdout.split(':')[0] || undefined;
  } catch {
    // Exit code 2: there is no such account.
    return undefined;
  }
}
