import { Play } from 'lucide';
import { useTranslations } from 'next-intl';
import type { Operation } from '../../_lib/trpc.ts';
import { LinkButton } from '../../_ui/button.tsx';
import { useCan } from '../shell/use-me.ts';
import { imageToRun } from './operation-outcome.tsx';

/** The form of a new container, with this image in it. */
export function runHref(image: string): string {
  return `/containers/new?image=${encodeURIComponent(image)}`;
}

/** Of an operation that brought one image: the next thing to do with it. */
export function RunImage({ operation, size }: { operation: Operation; size?: 'normal' | 'compact' }) {
  const t = useTranslations('tray');
  const can = useCan();
  const image = imageToRun(operation);
  if (image === undefined || !can('container:create')) return null;
  return (
    <LinkButton href={runHref(image)} variant={size === 'compact' ? 'plain' : 'primary'} size={size} icon={Play}>
      {t('runImage')}
    </LinkButton>
  );
}
