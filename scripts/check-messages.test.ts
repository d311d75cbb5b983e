import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findMessageFaults, flattenMessages } from './check-messages.ts';

const page = (body: string, path = 'app/page.tsx') => ({ path, source: body });
const english = {
  ui: { save: 'Save', tab_log: 'Log', stopNamed: 'Stop', image_pull: 'Pull' },
  error: { save: 'Not saved' },
};
const uses = page(`function A({ tab, kind }) {
  const t = useTranslations('ui');
  return [t('save'), t(\`tab_\${tab}\`), t(kind), t(\`\${verb}Named\`)];
}
async function B() { return (await getTranslations('error'))('save'); }`);
const values = page("const TABS = ['log', 'stop']; start('image.pull');", 'server/tabs.ts');

function faultsOf(opts: { zh?: object; en?: object; sources?: { path: string; source: string }[] }): string[] {
  const languages = { en: flattenMessages(opts.en ?? english), zh: flattenMessages(opts.zh ?? english) };
  return findMessageFaults(languages, opts.sources ?? [uses, values]);
}

test('keys that are there in both languages and named by the code are fine', () => {
  assert.deepEqual(faultsOf({}), []);
});

test('a key that one language lacks is named with it', () => {
  const zh = { ...english, ui: { ...english.ui, save: undefined } };
  assert.deepEqual(faultsOf({ zh }), ['zh lacks ui.save']);
});

test('a key that the code names and nobody wrote is told with its place, by its own namespace', () => {
  const wrong = page("function C() {\n  const t = useTranslations('error');\n  return t(x ? 'save' : 'tab_log');\n}");
  assert.deepEqual(faultsOf({ sources: [uses, values, wrong] }), ['app/page.tsx:3: there is no message error.tab_log']);
  const beginning = page(`function C() { const t = useTranslations('error'); return t.rich(\`step_\${n}\`); }`);
  assert.deepEqual(faultsOf({ sources: [uses, values, beginning] }), [
    'app/page.tsx:1: there is no message error.step_…',
  ]);
});

test('a key that nothing names is refused, whatever a test or another namespace says', () => {
  const en = { ...english, error: { ...english.error, gone: 'Gone' } };
  const test = page("const t = useTranslations('error'); t('gone');", 'app/page.test.ts');
  const other = page("function C() { const t = useTranslations('ui'); return t('save') + 'gone'; }");
  assert.deepEqual(faultsOf({ en, zh: en, sources: [uses, values, test, other] }), ['error.gone is not used']);
});

test('a key after a fixed beginning needs its rest somewhere in the sources', () => {
  assert.deepEqual(faultsOf({ sources: [uses, page("start('image.pull', 'stop');", 'server/x.ts')] }), [
    'ui.tab_log is not used',
  ]);
});

test('no messages or no use of one is a fault of the check', () => {
  assert.deepEqual(faultsOf({ en: {}, zh: {} }), ['no message or no use of one was read']);
  assert.deepEqual(faultsOf({ sources: [values] }), ['no message or no use of one was read']);
});
