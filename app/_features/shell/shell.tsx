'use client';
import { useTranslations } from 'next-intl';
import { type ReactNode, useEffect } from 'react';
import { cx } from '../../_lib/cx.ts';
import { toggleRail, useDensity, useRail } from '../../_lib/preferences.ts';
import { useConnection } from '../../_lib/socket.ts';
import { BottomBar } from './bottom-bar.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { DocumentTitle } from './document-title.tsx';
import { useLiveUpdates } from './live-updates.ts';
import { Navigation } from './navigation.tsx';
import { SessionWarning } from './session-warning.tsx';
import { SignInSheet } from './sign-in-sheet.tsx';
import { TopBar } from './top-bar.tsx';
import { useAccountPreferences } from './use-account-preferences.ts';
import { useGoKeys } from './use-go-keys.ts';
import { MeContext, useAskedMe } from './use-me.ts';
import { useOpenedNote } from './use-opened-note.ts';

/** Navigation, top bar, content; the rail where it was chosen or under 1024 px, the bottom bar under 768. */
export function Shell({ rail, children }: { rail: boolean; children: ReactNode }) {
  return (
    <MeContext value={useAskedMe()}>
      <Frame rail={rail}>{children}</Frame>
    </MeContext>
  );
}

function Frame({ rail, children }: { rail: boolean; children: ReactNode }) {
  const t = useTranslations('ui');
  const collapsed = useRail(rail);
  const stale = useConnection().state === 'lost';
  const density = useDensity();
  useEffect(() => {
    document.documentElement.dataset['density'] = density;
  }, [density]);
  useAccountPreferences();
  useLiveUpdates();
  useOpenedNote();
  useGoKeys(toggleRail);
  return (
    <div
      className={cx(
        'grid min-h-screen max-md:block max-md:pb-(--bottombar-h)',
        collapsed
          ? 'grid-cols-[var(--nav-rail-w)_minmax(0,1fr)]'
          : 'grid-cols-[var(--nav-rail-w)_minmax(0,1fr)] lg:grid-cols-[var(--nav-w)_minmax(0,1fr)]',
      )}
    >
      <DocumentTitle />
      <a href="#content" className="skip-link rounded-control bg-accent px-3 py-1.5 text-on-accent text-table">
        {t('skip')}
      </a>
      <Navigation collapsed={collapsed} onToggle={toggleRail} />
      <div className="min-w-0">
        <TopBar />
        <ConnectionBanner />
        <SessionWarning />
        <main id="content" tabIndex={-1} data-stale={stale || undefined} className="min-w-0 outline-none">
          {children}
        </main>
      </div>
      <BottomBar />
      <SignInSheet />
    </div>
  );
}
