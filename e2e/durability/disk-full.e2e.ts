// A data root without room: the import says so, everything else goes on, and with room again imports work.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createApiClient } from '../api-client.ts';
import { startDavit } from '../davit-process.ts';
import { storedFiles, untilOperation, uploadNoise } from '../large-upload.ts';

const MIB = 1 << 20;

test('an import larger than the disk ends failed with that reason and leaves nothing', {
  timeout: 300_000,
}, async () => {
  await using davit = await startDavit({ diskBytes: 200 * MIB });
  const api = createApiClient(davit.url);
  const code = readFileSync(`${davit.dataRoot}/setup-code`, 'utf8').trim();
  await api.trpc.session.setup.mutate({ code, name: 'anna', password: 'a long enough passphrase' });

  for (const [reference, mib] of [
    // Seen at the header; only while writing, because blob and files share the room.
    ['huge:1', 400],
    ['double:1', 150],
  ] as const) {
    const answer = await uploadNoise(api, davit, { mib, reference });
    assert.equal(answer.status, 202, await answer.clone().text());
    const ended = await untilOperation(api, reference, ({ state }) => state !== 'running');
    assert.equal(ended.state, 'failed');
    assert.deepEqual([ended.error?.code, ended.error?.reason], ['resource_exhausted', 'disk_full'], reference);
    assert.deepEqual(await storedFiles(davit), [], reference);
  }
  assert.equal(await davit.admin(['verify']), '');

  assert.equal((await uploadNoise(api, davit, { mib: 40, reference: 'fits:1' })).status, 202);
  const fits = await untilOperation(api, 'fits:1', ({ state }) => state !== 'running');
  assert.equal(fits.state, 'succeeded', JSON.stringify(fits.error));
  assert.equal(await davit.admin(['verify']), '');
});
