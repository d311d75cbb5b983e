import assert from 'node:assert/strict';
import { test } from 'node:test';
import en from './en.json' with { type: 'json' };
import zh from './zh.json' with { type: 'json' };

const english = flatten(en);
const chinese = flatten(zh);

/** Other words for what the glossary has one for. */
const REFUSED = new RegExp(
  [
    ...[
      '杀',
      '寄存器',
      '映像',
      '映象',
      '注册表',
      '您',
      '存储卷',
      '(?<!数据)卷',
      '登陆',
      '帐号',
      '帐户',
      '管理者',
      '宿主',
    ],
    ...[
      '重新启动',
      '强制停止',
      '挂起',
      '恢复运行',
      '取消暂停',
      '网桥',
      '子网络',
      '口令',
      '秘钥',
      '密匙',
      '注销',
      '登出',
    ],
    ...['作业', '探针', '退出代码', '运行时间', '终端机', '访问者', '只读者', '标记', '环境参数'],
  ].join('|'),
);

test('both languages have the same keys', () => {
  assert.ok(english.size > 100);
  assert.deepEqual([...chinese.keys()].sort(), [...english.keys()].sort());
});

test('a message names the same values in both languages', () => {
  for (const [key, text] of english) assert.deepEqual(placeholders(chinese.get(key) ?? ''), placeholders(text), key);
});

test('no message is empty, and Chinese uses none of the words the glossary refuses', () => {
  for (const [key, text] of [...english, ...chinese]) assert.notEqual(text.trim(), '', key);
  for (const [key, text] of chinese) assert.doesNotMatch(text, REFUSED, key);
});

test('checks of the host that may stand beside each other have different names', () => {
  // Of these only one is ever found: what is wrong with runc, and with the records.
  const together = (key: string) => !/^(runc_|runtime_refused|shim_missing)/.test(key);
  for (const { hostCheck } of [en, zh]) {
    const names = Object.entries(hostCheck.name).flatMap(([key, name]) => (together(key) ? [name] : []));
    assert.ok(names.length > 10);
    assert.deepEqual(names.toSorted(), [...new Set(names)].toSorted());
  }
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
