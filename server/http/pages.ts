import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '#engine/lib/index.ts';
import type { HandlePage } from './listener.ts';
import { offerPageScripts } from './page-scripts.ts';
import { createStaticFiles } from './static-files.ts';
import { sendWhole } from './whole-document.ts';

interface Pages extends AsyncDisposable {
  handle: HandlePage;
  /** Loads the framework, once; else the first page does. */
  load(): Promise<void>;
}

/**
 * The built dashboard. Next never sees the listener, or it would add its own handling of upgrades; and it is not loaded before
 * it is wanted, as that takes longer than the start of everything else.
 * Undefined when nothing has been built: the API serves without pages.
 */
export function preparePages(root: string, log: Logger): Pages | undefined {
  if (!existsSync(join(root, '.next/BUILD_ID'))) {
    log.warn({ root }, 'the dashboard has not been built');
    return undefined;
  }
  const serveStatic = createStaticFiles(root);
  const scripts = offerPageScripts(root, log);
  let loading: ReturnType<typeof openApp> | undefined;
  const open = () => {
    loading ??= openApp(root);
    return loading;
  };
  return {
    async handle(req, res) {
      if (await serveStatic(req, res)) return;
      sendWhole(res);
      await (await open()).handle(req, res);
    },
    async load() {
      try {
        await open();
      } catch (err) {
        log.error({ err }, 'the dashboard could not be loaded');
      }
    },
    async [Symbol.asyncDispose]() {
      scripts[Symbol.dispose]();
      // One that could not be loaded has nothing to close, and was logged.
      const app = await loading?.catch(() => undefined);
      await app?.close();
    },
  };
}

async function openApp(root: string): Promise<{ handle: HandlePage; close(): Promise<void> }> {
  const { default: next } = await import('next');
  const app = next({ dev: false, dir: root });
  await app.prepare();
  const handle = app.getRequestHandler();
  return { handle: (req, res) => handle(req, res), close: () => app.close() };
}
