import { cookies, headers } from 'next/headers';
import { getRequestConfig } from 'next-intl/server';
import en from '../../messages/en.json';
import zh from '../../messages/zh.json';
import { readMe } from '../session.ts';
import { chooseLocale, LOCALE_COOKIE } from './locale.ts';

export default getRequestConfig(async () => {
  const [me, jar, header] = await Promise.all([readMe(), cookies(), headers()]);
  const chosen = me?.user?.preferences.locale ?? jar.get(LOCALE_COOKIE)?.value;
  const locale = chooseLocale(chosen, header.get('accept-language'));
  // Times are formatted in the browser, in the person's own zone; messages hold no dates.
  return { locale, messages: locale === 'zh' ? zh : en, timeZone: 'UTC' };
});
