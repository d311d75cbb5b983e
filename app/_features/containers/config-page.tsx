'use client';
import { useTranslations } from 'next-intl';
import { Card } from '../../_ui/card.tsx';
import { CopyButton } from '../../_ui/copy-field.tsx';
import { ContainerFrame } from './container-frame.tsx';

export function ConfigPage({ name }: { name: string }) {
  const t = useTranslations('containers');
  return (
    <ContainerFrame name={name}>
      {(detail) => {
        const json = JSON.stringify(
          detail,
          (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
          2,
        );
        return (
          <Card title={t('rawConfig')} aside={<CopyButton text={json} />} flush>
            <pre
              // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keyboard
              tabIndex={0}
              className="max-h-[70vh] overflow-auto bg-sunken p-3 text-mono focus-visible:-outline-offset-2"
            >
              {json}
            </pre>
          </Card>
        );
      }}
    </ContainerFrame>
  );
}
