import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKey, keySequence, withModifier } from './keys.ts';

test('arrows follow what the program asked for', () => {
  assert.equal(keySequence('up', false), '\u001b[A');
  assert.equal(keySequence('left', true), '\u001bOD');
  assert.equal(keySequence('tab', true), '\t');
  assert.equal(keySequence('pipe', false), '|');
});

test('Ctrl turns letters into control codes and marks arrows', () => {
  assert.equal(withModifier('c', 'ctrl'), '\u0003');
  assert.equal(withModifier('D', 'ctrl'), '\u0004');
  assert.equal(withModifier('[', 'ctrl'), '\u001b');
  assert.equal(withModifier('\u001bOC', 'ctrl'), '\u001b[1;5C');
  assert.equal(withModifier('é', 'ctrl'), 'é');
  assert.equal(withModifier('pasted text', 'ctrl'), 'pasted text');
});

test('Alt puts an escape before a character and marks arrows', () => {
  assert.equal(withModifier('b', 'alt'), '\u001bb');
  assert.equal(withModifier('\u001b[D', 'alt'), '\u001b[1;3D');
  assert.equal(withModifier('pasted text', 'alt'), 'pasted text');
});

test('a key is its name with just these modifiers', () => {
  const press = { key: 'F6', ctrlKey: true, shiftKey: false, altKey: false, metaKey: false };
  assert.ok(isKey(press, 'Ctrl+F6'));
  assert.ok(isKey({ ...press, ctrlKey: false, shiftKey: true }, 'Shift+F6'));
  for (const other of ['F6', 'Shift+F6', 'Ctrl+F8']) assert.ok(!isKey(press, other), other);
  assert.ok(!isKey({ ...press, altKey: true }, 'Ctrl+F6'));
});
