import { parentPort } from 'node:worker_threads';
import { diskUsage } from '../snapshots/index.ts';

/** Measures one folder after the other; a failure is answered as words. */
parentPort?.on('message', (folder: string) => {
  void diskUsage(folder).then(
    (usage) => parentPort?.postMessage({ usage }),
    (error: unknown) => parentPort?.postMessage({ failure: error instanceof Error ? error.message : String(error) }),
  );
});
