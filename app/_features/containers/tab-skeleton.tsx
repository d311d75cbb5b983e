import { SkeletonRows } from '../../_ui/states.tsx';

/** Stands where a tab will show something of its container. */
export function TabSkeleton() {
  return <SkeletonRows rows={8} className="rounded-card border border-line bg-surface" />;
}
