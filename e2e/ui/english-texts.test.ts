import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findEnglish } from './english-texts.ts';

test('English messages and sentences are found, names, numbers and Chinese are not', () => {
  const texts = [
    'Containers',
    '容器',
    'web',
    'no such file or directory',
    '1.2 GiB',
    'nginx 已启动',
    'busybox sh run it',
  ];
  assert.deepEqual(findEnglish(texts, []), ['Containers', 'no such file or directory', 'busybox sh run it']);
  assert.deepEqual(findEnglish(['由 busybox sh run 创建'], ['busybox sh run']), []);
});
