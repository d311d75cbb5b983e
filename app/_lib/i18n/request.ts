import { cookies, headers } from 'next/headers';
import { getRequestConfig } from 'next-intl/server';
import en from '../../messages/en.json';
import zh from '../../messages/zh.json';
import { chooseLocale, LOCALE_COOKIE } from './locale.ts';

export default getRequestConfig(async () => {
  const [jar, header] = await Promise.all([cookies(), headers()]);
  const locale = chooseLocale(jar.get(LOCALE_COOKIE)?.value, header.get('accept-language'));
  // Times are formatted in the browser, in the person's own zone; messages hold no dates.
  return { locale, messages: locale === 'zh' ? zh : en, timeZone: 'UTC' };
});
