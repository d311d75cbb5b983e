'use client';
import { useQuery } from '@tanstack/react-query';
import { SearchX } from 'lucide';
import { usePathname } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { setPageTitle } from '../../_lib/page-title.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { LinkButton } from '../../_ui/button.tsx';
import { Link } from '../../_ui/link.tsx';
import { Empty } from '../../_ui/states.tsx';
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
  const title = t('notFoundTitle');
  useEffect(() => setPageTitle(`${title} – Davit`), [title]);
  return (
    <Empty wholePage icon={SearchX} title={title} text={t('notFoundText')}>
      {near.length > 0 && (
        <div className="mb-2 w-full">
          <p>{t('nearest')}</p>
          <ul className="flex flex-wrap justify-center gap-x-4 gap-y-1">
            {near.map((name) => (
              <li key={name}>
                <Link href={`/containers/${encodeURIComponent(name)}`} className="font-medium text-accent underline">
                  {name}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      )}
      <LinkButton href="/" variant="primary">
        {t('toHome')}
      </LinkButton>
    </Empty>
  );
}
