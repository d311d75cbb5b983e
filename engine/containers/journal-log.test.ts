import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newContainerId } from '../lib/index.ts';
import { journalFields } from '../runtime/journal-fields.ts';
import { hasJournal, journalLog } from './journal-log.ts';

const id = newContainerId();

function fieldsOf(options: Record<string, string>) {
  const labels = { 'com.example/team': 'a', other: 'b' };
  const config = { image: 'web:1', labels, log: { driver: 'journald', options } };
  const process = { args: ['true'], env: ['LANG=C', 'EMPTY='] };
  return journalLog({ id, name: 'web', imageId: 'sha256:0123456789abcdef', config, process }).fields;
}

test('entries are named as those of the driver of Docker', () => {
  assert.deepEqual(fieldsOf({}), {
    CONTAINER_ID: id.slice(0, 12),
    CONTAINER_ID_FULL: id,
    CONTAINER_NAME: 'web',
    CONTAINER_TAG: id.slice(0, 12),
    IMAGE_NAME: 'web:1',
    SYSLOG_IDENTIFIER: id.slice(0, 12),
  });
});

test('tag, labels and env take effect', () => {
  const tag = '{{.Name}}/{{ .ImageName }}@{{.ImageID}}';
  const fields = fieldsOf({ tag, labels: 'com.example/team,absent', 'env-regex': '^LA' });
  assert.equal(fields['SYSLOG_IDENTIFIER'], 'web/web:1@sha256:01234');
  assert.deepEqual([fields['COM_EXAMPLE_TEAM'], fields['LANG']], ['a', 'C']);
  assert.deepEqual([fields['OTHER'], fields['EMPTY']], [undefined, undefined]);
});

test('without its socket there is no journal', () => {
  assert.equal(hasJournal('/nonexistent/socket'), false);
});

test('a value with a line break is told with its length', () => {
  const size = Buffer.from([3, 0, 0, 0, 0, 0, 0, 0]);
  const expected = Buffer.concat([Buffer.from('A=b=c\nD\n'), size, Buffer.from('x\ny\n')]);
  assert.deepEqual(journalFields({ A: 'b=c', D: 'x\ny' }), expected);
});
