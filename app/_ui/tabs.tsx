'use client';
import { usePathname } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { cx } from '../_lib/cx.ts';
import { Badge } from './badge.tsx';
import { Link } from './link.tsx';

interface Tab {
  href: string;
  label: string;
  /** How many there are behind it. */
  count?: number | undefined;
}

/** The views of an object, each with an address of its own. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  const pathname = usePathname();
  const row = useRef<HTMLElement>(null);
  // On phones, and where a window becomes narrow, the row of tabs is wider than the page: the current one is in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: with another address another tab is the current one
  useEffect(() => {
    const { current: nav } = row;
    if (nav === null) return;
    const watcher = new ResizeObserver(() => {
      const current = nav.querySelector<HTMLElement>('[aria-current]');
      if (current) nav.scrollTo({ left: current.offsetLeft - (nav.clientWidth - current.clientWidth) / 2 });
    });
    watcher.observe(nav);
    return () => watcher.disconnect();
  }, [pathname]);
  return (
    <nav ref={row} aria-label={label} className="relative mb-4 flex gap-1 overflow-x-auto border-line border-b">
      {tabs.map((tab) => {
        const current = pathname === tab.href;
        return (
          <Link
            key={tab.href}
            href={tab.href}
            aria-current={current ? 'page' : undefined}
            className={cx(
              'flex h-[38px] flex-none items-center gap-1.5 whitespace-nowrap px-2.5 text-table focus-visible:-outline-offset-4',
              current ? 'border-accent border-b-2 font-semibold text-fg' : 'font-medium text-muted hover:text-fg',
            )}
          >
            {tab.label}
            {tab.count !== undefined && <Badge count={tab.count} />}
          </Link>
        );
      })}
    </nav>
  );
}
