import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '#engine/lib/index.ts';
import type { HandlePage } from './listener.ts';

interface Pages extends AsyncDisposable {
  handle: HandlePage;
}

/**
 * The built dashboard. Next never sees the listener, or it would add its own handling of upgrades.
 * Undefined when nothing has been built: the API serves without pages.
 */
export async function preparePages(root: string, log: Logger): Promise<Pages | undefined> {
  if (!existsSync(join(root, '.next/BUILD_ID'))) {
    log.warn({ root }, 'the dashboard has not been built');
    return undefined;
  }
  const { default: next } = await import('next');
  const app = next({ dev: false, dir: root });
  await app.prepare();
  const handle = app.getRequestHandler();
  return { handle: (req, res) => handle(req, res), [Symbol.asyncDispose]: () => app.close() };
}
