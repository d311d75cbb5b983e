import { useTranslations } from 'next-intl';
import type { HostCheck } from '../../_lib/trpc.ts';

export function CheckName({ code }: { code: string }) {
  const t = useTranslations('hostCheck.name');
  return t.has(code) ? t(code as 'disk') : code;
}

/** What the host lacks, in the language of the page, and what mends it: a command to copy, or a sentence. */
export function CheckSentence({ check }: { check: HostCheck }) {
  const t = useTranslations('hostCheck.bad');
  const tm = useTranslations('hostCheck.mend');
  const { code, message, params, fix } = check;
  return (
    <>
      {t.has(code) ? t(code as 'disk', params as { free: string; files: number; folder: string }) : message}{' '}
      {fix !== undefined &&
        (tm.has(code) ? tm(code as 'disk') : <code className="select-all text-mono text-muted">{fix}</code>)}
    </>
  );
}
