import type { ComponentType } from 'react';
import { lazyPart } from '../../_lib/lazy-part.tsx';
import { TabSkeleton } from './tab-skeleton.tsx';

// What the tabs show of a container. A page waits for the container anyway: the code of its tab comes meanwhile, and that of
// the others once it is shown, so that a change of tabs waits for nothing.
export const Overview = tabPart(() => import('./overview.tsx').then((module) => module.Overview));
export const LogViewer = tabPart(() => import('../logs/log-viewer.tsx').then((module) => module.LogViewer));
export const ContainerCharts = tabPart(() =>
  import('../metrics/container-charts.tsx').then((module) => module.ContainerCharts),
);
export const Processes = tabPart(() => import('./processes.tsx').then((module) => module.Processes));
export const NetworksTab = tabPart(() => import('./networks-tab.tsx').then((module) => module.NetworksTab));
export const Storage = tabPart(() => import('./storage.tsx').then((module) => module.Storage));
export const Config = tabPart(() => import('./config.tsx').then((module) => module.Config));
export const EditForm = tabPart(() => import('./edit/edit-form.tsx').then((module) => module.EditForm));

function tabPart<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  return lazyPart(load, TabSkeleton);
}

/** For the tab that a page is about. */
export function prepareNow(part: { prepare: () => void }): void {
  if (typeof window !== 'undefined') part.prepare();
}
