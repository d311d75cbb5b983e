'use client';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useTRPC } from '../../_lib/trpc.ts';
import { Card } from '../../_ui/card.tsx';
import { Page } from '../../_ui/page.tsx';
import { OperationRow } from '../shell/operations-tray.tsx';

export function OperationsPage() {
  const t = useTranslations('tray');
  const { data } = useQuery(useTRPC().operations.list.queryOptions({}));
  return (
    <Page title={t('label')}>
      <Card flush>
        {data?.length === 0 && <p className="p-4 text-muted text-table">{t('empty')}</p>}
        <ul>
          {data?.map((operation) => (
            <OperationRow key={operation.id} operation={operation} />
          ))}
        </ul>
      </Card>
    </Page>
  );
}
