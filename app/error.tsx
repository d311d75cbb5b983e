'use client';
import { PageError } from './_ui/page-error.tsx';

export default function RootError(props: { error: Error; reset: () => void }) {
  return (
    <main>
      <PageError {...props} />
    </main>
  );
}
