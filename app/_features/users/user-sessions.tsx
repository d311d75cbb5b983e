import { useTranslations } from 'next-intl';
import type { UserSession } from '../../_lib/trpc.ts';
import { Moment } from '../../_ui/moment.tsx';

/** The sessions that end with what a dialog asks about: where from, with what, when last. */
export function UserSessions({ sessions = [] }: { sessions: readonly UserSession[] | undefined }) {
  const t = useTranslations('users');
  if (sessions.length === 0) return null;
  return (
    <section aria-label={t('endingSessions')}>
      <h3 className="mb-1 font-medium">{t('endingSessions')}</h3>
      <ul className="max-h-48 overflow-auto rounded-control border border-line bg-surface">
        {sessions.map(({ id, address, userAgent, lastSeenAt }) => (
          <li key={id} className="border-hairline border-t px-3 py-1.5 first:border-t-0">
            <div className="flex justify-between gap-2">
              <span className="min-w-0 truncate font-mono text-mono">{address}</span>
              <span className="flex-none text-muted">
                <Moment at={lastSeenAt} />
              </span>
            </div>
            <p translate="no" className="truncate text-caption text-muted">
              {userAgent}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
