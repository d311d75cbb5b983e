// The words of the pages, so that a test finds a control by the name that people read.
import { createTranslator } from 'next-intl';
import en from '../../app/messages/en.json' with { type: 'json' };
import zh from '../../app/messages/zh.json' with { type: 'json' };

const MESSAGES = { en, zh };

export type Locale = keyof typeof MESSAGES;
export type Words = (key: string, values?: Record<string, string | number>) => string;

const plain = (text: string) => text;
/** The tags of messages: their marks are of no account to a reader. */
const TAGS = { b: plain, who: plain, what: plain, other: () => '…', long: plain };

/** `words('containers.title')`; throws for a key that no message has, so that a renamed one is noticed. */
function wordsOf(locale: Locale): Words {
  const translate = createTranslator({
    locale,
    messages: MESSAGES[locale] as Record<string, unknown>,
    onError: (error) => {
      throw error;
    },
  });
  const toText = translate.markup as (key: string, values: object) => string;
  return (key, values) => toText(key, { ...TAGS, ...values });
}

export const t = wordsOf('en');
export const inChinese = wordsOf('zh');

/** For what is asserted in both languages. */
export const LANGUAGES: readonly [Locale, Words][] = [
  ['zh', inChinese],
  ['en', t],
];
