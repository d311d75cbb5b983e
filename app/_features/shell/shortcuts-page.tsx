'use client';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Card, Facts } from '../../_ui/card.tsx';
import { Page } from '../../_ui/page.tsx';
import { FOLD_KEY, GO_KEYS, HELP_KEY } from './go-keys.ts';
import { CONTAINER_KEYS, LIST_KEYS, LOG_KEYS, PLACE_KEYS } from './shortcuts.ts';
import { useCan } from './use-me.ts';

export function ShortcutsPage() {
  const t = useTranslations('nav');
  const ts = useTranslations('shortcuts');
  const can = useCan();
  return (
    <Page title={t('shortcuts')} facts={<span>{ts('switchOff')}</span>}>
      {/* Cards of unequal height stand close in columns; in a grid each row would be as high as its highest. */}
      <div className="max-w-6xl gap-4 md:columns-2 wide:columns-3">
        <Card className="mb-4 break-inside-avoid max-md:mb-3" title={ts('go')}>
          <Facts
            items={GO_KEYS.filter((go) => !('permission' in go) || can(go.permission)).map(({ key, name }) => ({
              term: t(name),
              value: <Keys keys={['g', key]} />,
            }))}
          />
        </Card>
        <Card className="mb-4 break-inside-avoid max-md:mb-3" title={ts('container')}>
          <Facts items={CONTAINER_KEYS.map(({ keys, name }) => ({ term: ts(name), value: <Keys keys={keys} /> }))} />
        </Card>
        <Card className="mb-4 break-inside-avoid max-md:mb-3" title={ts('list')}>
          <Facts items={LIST_KEYS.map(({ keys, name }) => ({ term: ts(name), value: <Keys keys={keys} /> }))} />
        </Card>
        <Card className="mb-4 break-inside-avoid max-md:mb-3" title={ts('log')}>
          <Facts items={LOG_KEYS.map(({ keys, name }) => ({ term: ts(name), value: <Keys keys={keys} /> }))} />
        </Card>
        <Card className="mb-4 break-inside-avoid max-md:mb-3" title={ts('places')}>
          <Facts
            items={[
              { term: t('shortcuts'), value: <Keys keys={[HELP_KEY]} /> },
              { term: t('collapse'), value: <Keys keys={[FOLD_KEY]} /> },
              ...PLACE_KEYS.map(({ keys, name }) => ({ term: ts(name), value: <Keys keys={keys} /> })),
            ]}
          />
        </Card>
      </div>
    </Page>
  );
}

function Keys({ keys }: { keys: readonly string[] }): ReactNode {
  return keys.map((key) => (
    <kbd key={key} className="mr-1 rounded-control border border-line bg-sunken px-1.5 py-0.5 font-mono text-mono">
      {key}
    </kbd>
  ));
}
