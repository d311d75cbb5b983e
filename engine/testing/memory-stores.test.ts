import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { containerStoreSuite } from '../containers/container-store.suite.ts';
import { eventStoreSuite } from '../events/event-store.suite.ts';
import { imageStoreSuite } from '../images/image-store.suite.ts';
import { networkStoreSuite } from '../networks/network-store.suite.ts';
import { snapshotStoreSuite } from '../snapshots/snapshot-store.suite.ts';
import { volumeStoreSuite } from '../volumes/volume-store.suite.ts';
import { testStores } from './test-stores.ts';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function inFiles() {
  const folder = mkdtempSync(join(tmpdir(), 'davit-stores-'));
  folders.push(folder);
  return testStores(folder);
}

// What engine tests run with keeps to the rules of the stores that the server runs with (server/stores/suites.test.ts).
for (const [name, open] of [['in memory', testStores] as const, ['in files', inFiles] as const]) {
  containerStoreSuite(name, () => open().containers);
  eventStoreSuite(name, () => open().events);
  imageStoreSuite(name, () => open().images);
  networkStoreSuite(name, () => open().networks);
  snapshotStoreSuite(name, () => open().snapshots);
  volumeStoreSuite(name, () => open().volumes);
}
