import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importSettings } from '#server/trpc/images/images.schema.ts';
import { readChanges, suggestReference } from './import-settings.ts';

test('changes are Dockerfile lines; blank ones and comments are left out', () => {
  const { changes, problem } = readChanges('CMD ["sh"]\n\n# note\n  expose 80 \nENV A=b c');
  assert.deepEqual(changes, ['CMD ["sh"]', 'expose 80', 'ENV A=b c']);
  assert.equal(problem, undefined);
  importSettings.parse({ changes });
});

test('a line that is none is named by its number', () => {
  assert.deepEqual(readChanges('CMD sh\nRUN rm -rf /').line, 2);
  assert.equal(readChanges('EXPOSE').problem, 'changeLine');
  assert.equal(readChanges(`ENV A=${'x'.repeat(9_000)}`).problem, 'changesLong');
});

test('a file suggests a name that is a reference', () => {
  const cases = {
    'Debian 13.tar.gz': 'debian-13:latest',
    'rootfs.tar': 'rootfs:latest',
    'alpine-3.20.rootfs.tar.xz': 'alpine-3.20:latest',
    'a..b__c.tgz': 'a-b-c:latest',
    '中文.tar': '',
    '.tar.zst': '',
  };
  for (const [name, reference] of Object.entries(cases)) {
    assert.equal(suggestReference(name), reference, name);
    if (reference !== '') importSettings.parse({ reference });
  }
});
