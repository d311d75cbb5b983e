'use client';
import { useTranslations } from 'next-intl';
import { Card, Facts } from '../../_ui/card.tsx';
import { Page } from '../../_ui/page.tsx';

const KEYS = [
  { keys: ['g', 'h'], name: 'home' },
  { keys: ['g', 'c'], name: 'containers' },
  { keys: ['g', 'i'], name: 'images' },
  { keys: ['g', 'a'], name: 'operations' },
  { keys: ['['], name: 'collapse' },
] as const;

export function ShortcutsPage() {
  const t = useTranslations('nav');
  const items = KEYS.map(({ keys, name }) => ({
    term: t(name),
    value: keys.map((key) => (
      <kbd key={key} className="mr-1 rounded-control border border-line bg-sunken px-1.5 py-0.5 font-mono text-mono">
        {key}
      </kbd>
    )),
  }));
  return (
    <Page title={t('shortcuts')}>
      <Card>
        <Facts items={items} />
      </Card>
    </Page>
  );
}
