import { createTestEngine } from './test-engine.ts';

/**
 * An engine in a process of its own, for tests that kill it: `node engine-process.ts ROOT INSTANCE CONTAINER`
 * starts the engine and the container, says so on standard output and stays.
 */
const [root, instance, container] = process.argv.slice(2);
if (root === undefined || instance === undefined || container === undefined) {
  throw new Error('ROOT INSTANCE CONTAINER are needed');
}
const engine = await createTestEngine({ root, instance });
await engine.start();
await engine.containers.start(container);
process.stdout.write('ready\n');
setInterval(() => {}, 60_000);
