import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FIELD_KEYS, FIELDS } from './create-form.ts';
import {
  emptyForm,
  fromDraft,
  looksSecret,
  mergeEnv,
  newPort,
  nextKey,
  sectionOf,
  suggestionsOf,
  toDraft,
} from './view-model.ts';

test('a draft keeps every field but the values of variables', () => {
  const form = { ...emptyForm('nginx'), command: 'sleep 60', env: [{ key: '1', name: 'TOKEN', value: 'hunter2' }] };
  const stored = JSON.stringify(toDraft(form));
  assert.doesNotMatch(stored, /hunter2/);
  assert.deepEqual(fromDraft(stored), { ...form, env: [{ key: '1', name: 'TOKEN', value: '' }] });
});

test('what is no draft of this form is not used', () => {
  const draft = JSON.stringify(toDraft(emptyForm()));
  for (const text of [
    null,
    '',
    '[]',
    '{}',
    '"x"',
    draft.replace('"image"', '"picture"'),
    draft.replace('"ports":[]', '"ports":[1]'),
  ])
    assert.equal(fromDraft(text), undefined, String(text));
});

test('an image suggests the ports and volumes the form does not have yet', () => {
  const config = { ExposedPorts: { '80/tcp': {}, '53/udp': {}, '9/sctp': {} }, Volumes: { '/data': {} } };
  const form = { ...emptyForm('x'), ports: [newPort([], { containerPort: '80' })] };
  assert.deepEqual(suggestionsOf(config, form), {
    ports: [{ containerPort: '53', protocol: 'udp' }],
    volumes: ['/data'],
  });
  assert.deepEqual(suggestionsOf(undefined, form), { ports: [], volumes: [] });
});

test('pasted variables replace those of the same name and fill no row twice', () => {
  const rows = [
    { key: '1', name: 'A', value: 'old' },
    { key: '4', name: '', value: '' },
  ];
  const added = [
    { name: 'A', value: 'new' },
    { name: 'B', value: '2' },
  ];
  assert.deepEqual(mergeEnv(rows, added), [
    { key: '1', name: 'A', value: 'new' },
    { key: '2', name: 'B', value: '2' },
  ]);
  assert.equal(rows[0]?.value, 'old');
  assert.equal(nextKey([{ key: '9' }, { key: '10' }]), '11');
});

test('names that look secret are told from others', () => {
  for (const name of ['DB_PASSWORD', 'GITHUB_TOKEN', 'API_KEY', 'basic_auth'])
    assert.equal(looksSecret(name), true, name);
  for (const name of ['PATH', 'NGINX_WORKERS', 'KEYBOARD', 'MONKEY']) assert.equal(looksSecret(name), false, name);
});

test('each problem has a part of the form to open', () => {
  for (const key of FIELD_KEYS) assert.equal(sectionOf(key), FIELDS[key].section);
  assert.equal(sectionOf('ports.3'), 'ports');
  assert.equal(sectionOf('mounts.1'), 'storage');
  assert.equal(sectionOf('name'), 'image');
});
