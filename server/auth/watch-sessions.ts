import type { Logger } from '#engine/lib/index.ts';
import type { Db } from '../db/index.ts';
import type { Sessions } from './sessions.ts';

const PERIOD_MS = 500;

/**
 * Notices what the command line does to users and sessions while the server runs. SQLite's `data_version` changes only when
 * another connection has written, so that a quiet second costs one pragma.
 */
export function watchSessions(db: Db, sessions: Sessions, log: Logger): Disposable {
  let seen: string | undefined;
  let busy = false;
  const look = async () => {
    const version = JSON.stringify(await db.$queryRawUnsafe('PRAGMA data_version'), (_key, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    if (version === seen) return;
    await sessions.refresh();
    if (seen !== undefined) sessions.tellChanged();
    seen = version;
  };
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    look()
      .catch((err: unknown) => log.error({ err }, 'sessions could not be compared with the database'))
      .finally(() => {
        busy = false;
      });
  }, PERIOD_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
