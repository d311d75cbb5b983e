import type { Engine } from '../system/engine.ts';
import { containerConfig } from './container-config.ts';
import { OPERATIONS, type Operation, prepare, report, run } from './crash-scenarios.ts';
import { DyingStores } from './dying-stores.ts';
import { createTestEngine } from './test-engine.ts';

/** Three at once go round through all operations until the process is killed. */
async function churn(engine: Engine): Promise<never> {
  const goRound = async (name: string): Promise<never> => {
    for (;;) {
      const mounts = [{ type: 'volume' as const, target: '/www', readOnly: false }];
      const ports = [{ protocol: 'tcp' as const, containerPort: 80, hostAddress: '127.0.0.1' }];
      const config = containerConfig({ image: 'busybox:test', command: ['sleep', '600'], mounts, ports });
      await engine.containers.create(config, { name });
      await engine.containers.start(name);
      await engine.containers.restart(name, { timeoutSeconds: 0 });
      await engine.containers.pause(name);
      await engine.containers.unpause(name);
      await engine.containers.stop(name, { timeoutSeconds: 0 });
      await engine.containers.remove(name, { volumes: true });
    }
  };
  return Promise.race(['one', 'two', 'three'].map(goRound));
}

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
if (root !== undefined && instance !== undefined && name === 'churn') {
  const engine = await createTestEngine({ root, instance });
  const { actions } = await engine.start();
  process.stdout.write(`${JSON.stringify(await report(engine, root, actions))}\n`);
  await prepare(engine, 'create', root);
  await churn(engine);
}
if (root !== undefined && instance !== undefined && operation !== undefined) {
  await live(root, instance, operation, Number(at), when === 'before' ? 'before' : 'after');
}
