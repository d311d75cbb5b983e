import assert from 'node:assert/strict';
import { test } from 'node:test';
import en from './en.json' with { type: 'json' };
import zh from './zh.json' with { type: 'json' };

const english = flatten(en);
const chinese = flatten(zh);

test('both languages have the same keys', () => {
  assert.ok(english.size > 100);
  assert.deepEqual([...chinese.keys()].sort(), [...english.keys()].sort());
});

test('a message names the same values in both languages', () => {
  for (const [key, text] of english) assert.deepEqual(placeholders(chinese.get(key) ?? ''), placeholders(text), key);
});

test('no message is empty, and Chinese uses none of the words the glossary refuses', () => {
  for (const [key, text] of [...english, ...chinese]) assert.notEqual(text.trim(), '', key);
  for (const [key, text] of chinese) assert.doesNotMatch(text, /杀|寄存器|映像|注册表|您/, key);
});

function flatten(node: object, prefix = '', into = new Map<string, string>()): Map<string, string> {
  for (const [key, value] of Object.entries(node) as [string, unknown][]) {
    if (typeof value === 'string') into.set(`${prefix}${key}`, value);
    else if (typeof value === 'object' && value !== null) flatten(value, `${prefix}${key}.`, into);
  }
  return into;
}

function placeholders(text: string): string[] {
  return [...new Set([...text.matchAll(/\{(\w+)(?=[,}])/g)].map((match) => match[1] ?? ''))].sort();
}
