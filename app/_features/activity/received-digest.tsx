import { useTranslations } from 'next-intl';
import type { Operation } from '../../_lib/trpc.ts';
import { CopyButton } from '../../_ui/copy-field.tsx';

/** Of work that took in a file: the digest of what came, to be compared with what its maker says it is. */
export function receivedDigest({ result }: Operation): string | undefined {
  if (typeof result !== 'object' || result === null || !('archive' in result)) return undefined;
  const { archive } = result;
  if (typeof archive !== 'object' || archive === null || !('digest' in archive)) return undefined;
  return typeof archive.digest === 'string' ? archive.digest : undefined;
}

export function ReceivedDigest({ digest }: { digest: string }) {
  const t = useTranslations('op');
  return (
    <span className="flex flex-wrap items-center gap-x-2">
      <code className="text-mono [overflow-wrap:anywhere]">{digest}</code>
      <CopyButton text={digest} label={t('copyReceived')} />
    </span>
  );
}
