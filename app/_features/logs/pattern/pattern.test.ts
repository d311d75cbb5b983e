import assert from 'node:assert/strict';
import { test } from 'node:test';
import { literal, Matcher, PatternError, parsePattern } from './index.ts';

const found = (pattern: string, text: string, matchCase = true) =>
  new Matcher(parsePattern(pattern), matchCase).hits(text).map(([from, to]) => text.slice(from, to));

test('finds what a browser finds, each hit as long as it can be', () => {
  const cases: [string, string, string[]][] = [
    ['GET|POST', 'a GET b POST', ['GET', 'POST']],
    ['a+b?', 'aab a c', ['aab', 'a']],
    ['[45]\\d\\d', '200 404 503', ['404', '503']],
    ['[^ ]+=', 'x=1 yy=2', ['x=', 'yy=']],
    ['^\\w+', 'one two', ['one']],
    ['\\w+$', 'one two', ['two']],
    ['\\bcat\\b', 'cat concat cat_ cat', ['cat', 'cat']],
    ['\\Bcat', 'cat concat', ['cat']],
    ['(ab){2}', 'ababab', ['abab']],
    ['x{2,3}', 'x xx xxxx', ['xx', 'xxx']],
    ['a{2,}', 'a aa aaaa', ['aa', 'aaaa']],
    ['(?:a|ab)(?<rest>c|bcd)', 'abcd', ['abcd']],
    ['[a\\]-]+', 'x-a]', ['-a]']],
    ['[\\D]+', '12ab3', ['ab']],
    ['\\x41\\u0042\\t', 'AB\t', ['AB\t']],
    ['10\\.0\\.0\\.\\d+', '10.0.0.12 10a0b0c1', ['10.0.0.12']],
    ['.', '猫🐈', ['猫', '🐈']],
    ['x*', 'aaa', []],
    ['a{b}', 'a{b}', ['a{b}']],
    ['(|a)b', 'ab b', ['ab', 'b']],
  ];
  for (const [pattern, text, hits] of cases) assert.deepEqual(found(pattern, text), hits, `${pattern} in ${text}`);
});

test('agrees with the pattern of the browser on whether a line matches', () => {
  const patterns = [
    'a(b|c)*d',
    '(a|b)+?c',
    '[a-c]{1,2}d',
    'a?b?c?d',
    '(ab|a)(bc|c)?',
    '\\ba',
    'b\\b',
    '^a.*d$',
    '[^a]b',
  ];
  const letters = ['a', 'b', 'c', 'd', ' '];
  const texts = [''];
  for (let at = 0; at < 781; at += 1)
    for (const letter of letters) if (texts.length < 3_000) texts.push(`${texts[at]}${letter}`);
  for (const pattern of patterns) {
    const matcher = new Matcher(parsePattern(pattern), true);
    const native = new RegExp(pattern);
    for (const text of texts) {
      const expected = (native.exec(text)?.[0] ?? '') !== '';
      assert.equal(matcher.test(text), expected, `${pattern} in '${text}'`);
    }
  }
});

test('letters are alike without case, in sets as well, and stay apart with it', () => {
  assert.deepEqual(found('error', 'ERROR Error', false), ['ERROR', 'Error']);
  assert.deepEqual(found('[A-F]+', 'abcg', false), ['abc']);
  assert.deepEqual(found('[^a]', 'A', false), []);
  assert.deepEqual(found('ä', 'Ä', false), ['Ä']);
  assert.deepEqual(found('error', 'ERROR'), []);
});

test('patterns that make others stand still take the time of one look', () => {
  const text = 'a'.repeat(5_000);
  const startedAt = performance.now();
  for (const pattern of ['(a+)+b', '(a|aa)+b', 'a*a*a*a*b', '(a*)*b', '(.*)(.*)(.*)x'])
    assert.deepEqual(found(pattern, text), [], pattern);
  // A backtracking engine needs longer than the universe has been there.
  assert.ok(performance.now() - startedAt < 20_000);
});

test('what is no pattern says why and where', () => {
  const cases: [string, string, number][] = [
    ['a(b', 'unclosed_group', 1],
    ['ab)', 'unopened_group', 2],
    ['[a', 'unclosed_set', 0],
    ['[z-a]', 'bad_range', 1],
    ['*a', 'nothing_to_repeat', 0],
    ['a|+', 'nothing_to_repeat', 2],
    ['^*', 'nothing_to_repeat', 0],
    ['a{3,2}', 'bad_repeat', 1],
    ['a{2000}', 'bad_repeat', 1],
    ['a\\', 'bad_escape', 1],
    ['\\y', 'bad_escape', 0],
    ['(a)\\1', 'not_linear', 3],
    ['a(?=b)', 'not_linear', 1],
    ['(?<!a)b', 'not_linear', 0],
    ['('.repeat(60), 'too_large', 51],
  ];
  for (const [pattern, reason, at] of cases)
    assert.throws(
      () => parsePattern(pattern),
      (error) => error instanceof PatternError && error.reason === reason && error.at === at,
      pattern,
    );
  assert.throws(
    () => new Matcher(parsePattern('(a{900}){900}'), true),
    (error) => error instanceof PatternError && error.reason === 'too_large',
  );
});

test('words as they stand mean nothing else', () => {
  const hits = new Matcher(literal('a.b*'), true).hits('a.b* axbb');
  assert.deepEqual(hits, [[0, 4]]);
});
