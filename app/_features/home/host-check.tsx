import { useTranslations } from 'next-intl';
import { formatBytes } from '../../_lib/format.ts';
import type { HostCheck } from '../../_lib/trpc.ts';

export function CheckName({ code }: { code: string }) {
  const t = useTranslations('hostCheck.name');
  return t.has(code) ? t(code as 'disk') : code;
}

/** What the host lacks, in the language of the page, and what mends it: a command to copy, or a sentence. */
export function CheckSentence({ check }: { check: HostCheck }) {
  const t = useTranslations('hostCheck.bad');
  const tm = useTranslations('hostCheck.mend');
  const { code, message, fix } = check;
  const mend = mendKey(check);
  return (
    <>
      {t.has(code) ? t(code as 'disk', checkValues(check)) : message}{' '}
      {fix !== undefined &&
        (tm.has(mend) ? tm(mend as 'disk') : <code className="select-all text-mono text-muted">{fix}</code>)}
    </>
  );
}

/** The message of what no command mends; a check that is mended in more than one way names it. */
export function mendKey({ code, params }: HostCheck): string {
  return String(params['mend'] ?? code);
}

/** Values of a check's sentence, bytes as they are written everywhere. */
export function checkValues({ params }: HostCheck) {
  const { freeBytes } = params;
  const free = typeof freeBytes === 'number' ? { free: formatBytes(freeBytes) } : {};
  return { ...params, ...free } as { version: string; free: string; files: number; folder: string };
}
