'use client';
import { Lock } from 'lucide-react';
import { useSearchParams } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { LinkButton } from '../../_ui/button.tsx';
import { Page } from '../../_ui/page.tsx';
import { Empty } from '../../_ui/states.tsx';

/** Which right is missing on what, and who can give it. For objects whose existence the user may know. */
export function NoAccess({
  permission,
  object,
}: {
  /** Absent when whoever led here did not say. */
  permission: string | undefined;
  object?: string | undefined;
}) {
  const t = useTranslations('noAccess');
  return (
    <div className="rounded-card border border-line bg-surface">
      <Empty
        icon={Lock}
        title={t('title')}
        text={
          permission === undefined
            ? t('textUnknown')
            : object === undefined
              ? t('text', { permission })
              : t('textOn', { permission, object })
        }
      >
        <LinkButton href="/">{t('home')}</LinkButton>
      </Empty>
    </div>
  );
}

/** A permission is two words with a colon; anything else in the address is not shown. */
const PERMISSION = /^[a-z]+:[a-z-]+$/;

/** The same at an address, for what leads here from elsewhere: `?permission=container:exec&object=web`. */
export function NoAccessPage() {
  const t = useTranslations('noAccess');
  const params = useSearchParams();
  const asked = params.get('permission') ?? '';
  return (
    <Page title={t('title')}>
      <NoAccess
        permission={PERMISSION.test(asked) ? asked : undefined}
        object={params.get('object')?.slice(0, 255) || undefined}
      />
    </Page>
  );
}
