'use client';
import { useQuery } from '@tanstack/react-query';
import { SearchX } from 'lucide-react';
import { usePathname } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useTRPC } from '../../_lib/trpc.ts';
import { LinkButton } from '../../_ui/button.tsx';
import { Icon } from '../../_ui/icon.tsx';
import { Link } from '../../_ui/link.tsx';
import { Page } from '../../_ui/page.tsx';
import { nearestNames } from './nearest-names.ts';

/** No such address: what it may have meant, and the way home. */
export function NothingHere() {
  const t = useTranslations('error');
  const trpc = useTRPC();
  const { data = [] } = useQuery(trpc.containers.list.queryOptions({}));
  const asked = usePathname().split('/').filter(Boolean).map(decodeURIComponent);
  const near = nearestNames(
    asked,
    data.map(({ name }) => name),
  );
  return (
    <Page title={t('notFoundTitle')}>
      <div className="flex max-w-[60ch] flex-col items-start gap-3 text-table">
        <p className="flex gap-2 text-muted">
          <Icon icon={SearchX} className="mt-0.5" />
          {t('notFoundText')}
        </p>
        {near.length > 0 && (
          <>
            <p>{t('nearest')}</p>
            <ul className="flex flex-wrap gap-x-4 gap-y-1">
              {near.map((name) => (
                <li key={name}>
                  <Link href={`/containers/${encodeURIComponent(name)}`} className="font-medium text-accent underline">
                    {name}
                  </Link>
                </li>
              ))}
            </ul>
          </>
        )}
        <LinkButton href="/" variant="primary">
          {t('toHome')}
        </LinkButton>
      </div>
    </Page>
  );
}
