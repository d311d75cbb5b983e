'use client';
import { lazyPart } from './_lib/lazy-part.tsx';

// Every page names this file: only what it shows is left for when it is shown.
const NothingOutside = lazyPart(() =>
  import('./_features/shell/nothing-outside.tsx').then((module) => module.NothingOutside),
);

export default function NotFound() {
  return <NothingOutside />;
}
