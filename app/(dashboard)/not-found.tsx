'use client';
import { lazyPart } from '../_lib/lazy-part.tsx';

const NothingHere = lazyPart(() => import('../_features/shell/nothing-here.tsx').then((module) => module.NothingHere));

export default function NotFound() {
  return <NothingHere />;
}
