import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { type ImageDetail, useTRPC } from '../../_lib/trpc.ts';
import { Card, Facts } from '../../_ui/card.tsx';
import { Link } from '../../_ui/link.tsx';
import { containerHref } from '../containers/container-actions.tsx';
import { ContainerChip } from '../containers/container-chip.tsx';
import { useCan } from '../shell/use-me.ts';
import { useImageBytes } from './use-image-bytes.ts';

/** Values of variables stay out of sight: people put secrets there. */
export function ConfigCard({ image }: { image: ImageDetail }) {
  const t = useTranslations('images');
  const config = image.config.config;
  const code = (list: readonly string[] | undefined): ReactNode =>
    list === undefined || list.length === 0 ? (
      <span className="text-muted">{t('nothing')}</span>
    ) : (
      <code className="text-mono">{list.join(' ')}</code>
    );
  return (
    <Card title={t('config')}>
      <Facts
        items={[
          { term: t('entrypoint'), value: code(config?.Entrypoint) },
          { term: t('command'), value: code(config?.Cmd) },
          { term: t('user'), value: code([config?.User || 'root']) },
          { term: t('workingDir'), value: code([config?.WorkingDir || '/']) },
          { term: t('ports'), value: code(Object.keys(config?.ExposedPorts ?? {})) },
          { term: t('volumes'), value: code(Object.keys(config?.Volumes ?? {})) },
          { term: t('variables'), value: code(config?.Env?.map((entry) => entry.split('=')[0] ?? entry)) },
        ]}
      />
    </Card>
  );
}

/** Names and states; their own tab says more. */
export function UsersCard({ image }: { image: ImageDetail }) {
  const t = useTranslations('images');
  const containers = useUsers(image);
  return (
    <Card id="used-by" title={t('users')} flush={containers.length > 0}>
      {containers.length === 0 && <p className="text-muted text-table">{t('unused')}</p>}
      <ul>
        {containers.map(({ id, name, container }) => (
          <li
            key={id}
            className="flex min-h-10 items-center gap-2 border-hairline border-t px-4 py-1 text-table first:border-t-0 max-md:px-3"
          >
            {container !== undefined && (
              <span className="w-36 flex-none">
                <ContainerChip state={container.state} />
              </span>
            )}
            <Link
              href={containerHref(name)}
              className="inline-flex min-h-6 min-w-0 items-center font-medium [overflow-wrap:anywhere] hover:text-accent"
            >
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** Those that use the image, each with what the list of containers knows of it. */
export function useUsers({ usedBy }: Pick<ImageDetail, 'usedBy'>) {
  const { data = [] } = useQuery(useTRPC().containers.list.queryOptions({}));
  return usedBy.map(({ id, name }) => ({ id, name, container: data.find((one) => one.id === id) }));
}

/** Said before anybody asks for it: whether it can go, and which bytes come back. */
export function RemovalCard({ image }: { image: ImageDetail }) {
  const can = useCan();
  const t = useTranslations('images');
  const bytes = useImageBytes();
  const kept = bytes(image.sizeBytes - image.uniqueBytes);
  if (!can('image:remove')) return null;
  return (
    <Card title={t('ifRemoved')}>
      <p className="text-table">
        {image.usedBy.length > 0
          ? t('ifRemovedUsed', { count: image.usedBy.length })
          : t('ifRemovedFreed', { size: bytes(image.uniqueBytes), kept })}
      </p>
    </Card>
  );
}
