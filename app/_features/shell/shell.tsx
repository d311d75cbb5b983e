'use client';
import { CircleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type ReactNode, useState } from 'react';
import { cx } from '../../_lib/cx.ts';
import { useConnection } from '../../_lib/socket.ts';
import { Icon } from '../../_ui/icon.tsx';
import { BottomBar } from './bottom-bar.tsx';
import { useLiveUpdates } from './live-updates.ts';
import { Navigation } from './navigation.tsx';
import { TopBar } from './top-bar.tsx';
import { useGoKeys } from './use-go-keys.ts';

/** Navigation, top bar, content; the rail under 1024 px, the bottom bar under 768. */
export function Shell({ children }: { children: ReactNode }) {
  const t = useTranslations('ui');
  const [collapsed, setCollapsed] = useState(false);
  useLiveUpdates();
  useGoKeys(() => setCollapsed((value) => !value));
  return (
    <div
      className={cx(
        'grid min-h-screen max-md:block max-md:pb-(--bottombar-h)',
        collapsed
          ? 'grid-cols-[var(--nav-rail-w)_minmax(0,1fr)]'
          : 'grid-cols-[var(--nav-rail-w)_minmax(0,1fr)] lg:grid-cols-[var(--nav-w)_minmax(0,1fr)]',
      )}
    >
      <a href="#content" className="skip-link rounded-control bg-accent px-3 py-1.5 text-on-accent text-table">
        {t('skip')}
      </a>
      <Navigation collapsed={collapsed} onToggle={() => setCollapsed((value) => !value)} />
      <div className="min-w-0">
        <TopBar />
        <ConnectionBanner />
        <main id="content" tabIndex={-1} className="min-w-0 outline-none">
          {children}
        </main>
      </div>
      <BottomBar />
    </div>
  );
}

function ConnectionBanner() {
  const t = useTranslations('connection');
  if (useConnection() !== 'lost') return null;
  return (
    <div
      role="status"
      className="flex min-h-10 items-center gap-2.5 border-line border-b bg-warning-soft px-(--page-pad) py-1 text-table"
    >
      <Icon icon={CircleAlert} className="text-warning" />
      {t('banner')}
    </div>
  );
}
