import { useTranslations } from 'next-intl';
import type { Option } from './search-options.ts';

const OWN = {
  image: 'image',
  name: 'name',
  ports: 'sections.ports',
  env: 'sections.env',
  mounts: 'mounts',
  network: 'network',
  restart: 'restart',
} as const;

/** What the form calls an option. */
export function useOptionLabel(): (option: Pick<Option, 'key'>) => string {
  const t = useTranslations('create');
  return ({ key }) => (isOwn(key) ? t(OWN[key]) : t(`fields.${key}`));
}

function isOwn(key: Option['key']): key is keyof typeof OWN {
  return key in OWN;
}
