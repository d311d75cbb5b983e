import { useLocale, useTranslations } from 'next-intl';
import { formatDuration } from '../../_lib/format.ts';
import type { ContainerSummary, ImageDetail } from '../../_lib/trpc.ts';
import { Card } from '../../_ui/card.tsx';
import { ExactTime } from '../../_ui/exact-time.tsx';
import { Link } from '../../_ui/link.tsx';
import { containerHref } from '../containers/container-actions.tsx';
import { ContainerChip } from '../containers/container-chip.tsx';
import { stateSince } from '../containers/container-state.ts';
import { useUsers } from './image-cards.tsx';

/** Which containers were made from an image, in which state they are, and since when. */
export function ImageUsers({ image }: { image: ImageDetail }) {
  const t = useTranslations('images');
  const containers = useUsers(image);
  if (containers.length === 0)
    return (
      <Card>
        <p className="text-muted text-table">{t('unused')}</p>
      </Card>
    );
  return (
    <Card flush>
      <ul>
        {containers.map(({ id, name, container }) => (
          <li
            key={id}
            className="flex min-h-10 items-center gap-4 border-hairline border-t px-4 py-1 text-table first:border-t-0 max-md:px-3"
          >
            <span className="w-40 flex-none max-md:w-auto">
              {container !== undefined && <ContainerChip state={container.state} />}
            </span>
            <Link
              href={containerHref(name)}
              className="inline-flex min-h-6 min-w-0 flex-1 items-center font-medium [overflow-wrap:anywhere] hover:text-accent"
            >
              {name}
            </Link>
            {container !== undefined && <Since container={container} />}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Since({ container: { state } }: { container: ContainerSummary }) {
  const ui = useTranslations('ui');
  const locale = useLocale();
  const since = stateSince(state);
  if (since === undefined) return null;
  const time = formatDuration(Date.now() - since.getTime(), locale);
  return (
    <ExactTime at={since} className="flex-none text-muted">
      {state.status === 'running' || state.status === 'paused' ? time : ui('ago', { time })}
    </ExactTime>
  );
}
