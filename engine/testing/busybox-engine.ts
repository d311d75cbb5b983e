import type { Engine } from '../system/engine.ts';
import { importBusybox } from './import-busybox.ts';
import { createTestEngine, dropTestEngine, newTestPlace, type TestEnginePlace } from './test-engine.ts';

/** An engine that runs, with the image `busybox:test`, in a place of its own; both go when it is disposed. */
export async function busyboxEngine(): Promise<{ engine: Engine; place: TestEnginePlace } & AsyncDisposable> {
  const place = await newTestPlace();
  const engine = await createTestEngine(place);
  await engine.start();
  await importBusybox(engine);
  return { engine, place, [Symbol.asyncDispose]: () => dropTestEngine(engine, place) };
}
