import { usePathname } from 'next/navigation';
import { useEffect } from 'react';
import { hasOpened } from '../home/opened.ts';

/** Notes the first time that a container's page is open. */
export function useOpenedNote(): void {
  const pathname = usePathname();
  useEffect(() => {
    if (/^\/containers\/(?!new(\/|$))[^/]+/.test(pathname)) hasOpened.note();
  }, [pathname]);
}
