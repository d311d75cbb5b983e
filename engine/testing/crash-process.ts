import { OPERATIONS, type Operation, prepare, report, run } from './crash-scenarios.ts';
import { DyingStores } from './dying-stores.ts';
import { createTestEngine } from './test-engine.ts';

/**
 * One life of an engine that crashes: starts, tells what the crash before has left, begins anew and dies at the n-th
 * write of one operation. Exits with 0 when the operation has fewer writes.
 */
async function live(root: string, instance: string, operation: Operation, at: number, when: 'before' | 'after') {
  const dying = new DyingStores();
  const engine = await createTestEngine({ root, instance }, { stores: (stores) => dying.wrap(stores) });
  const { actions } = await engine.start();
  process.stdout.write(`${JSON.stringify(await report(engine, root, actions))}\n`);
  await prepare(engine, operation, root);
  dying.arm(at, when);
  await run(engine, operation, root);
  await engine[Symbol.asyncDispose]();
}

const [root, instance, name, at, when] = process.argv.slice(2);
const operation = OPERATIONS.find((known) => known === name);
if (root !== undefined && instance !== undefined && operation !== undefined) {
  await live(root, instance, operation, Number(at), when === 'before' ? 'before' : 'after');
}
