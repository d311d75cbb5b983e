'use client';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useTRPC } from '../../_lib/trpc.ts';
import { Card } from '../../_ui/card.tsx';
import { Link } from '../../_ui/link.tsx';
import { OperationRow } from '../activity/operation-row.tsx';

/** Work of the last time; nothing where there was none. */
export function LatestOperations() {
  const t = useTranslations('home');
  const trpc = useTRPC();
  const { data } = useQuery(trpc.operations.list.queryOptions({ limit: 5 }));
  if (data === undefined || data.length === 0) return null;
  return (
    <Card
      flush
      title={t('operations')}
      aside={
        <Link href="/activity/operations" className="text-accent">
          {t('allOperations')}
        </Link>
      }
    >
      <ul>
        {data.map((operation) => (
          <OperationRow key={operation.id} operation={operation} />
        ))}
      </ul>
    </Card>
  );
}
