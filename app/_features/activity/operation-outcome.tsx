import { useLocale, useTranslations } from 'next-intl';
import { toFailure, useFailureText } from '../../_lib/errors.ts';
import { formatBytes, formatDuration, shortId } from '../../_lib/format.ts';
import type { Operation } from '../../_lib/trpc.ts';
import { CopyButton } from '../../_ui/copy-field.tsx';
import { Link } from '../../_ui/link.tsx';
import { isActive } from './operation-state.ts';

/** Bar, bytes, rate and time left of what runs; what came of it, or why not, when it is over. */
export function OperationOutcome({ operation }: { operation: Operation }) {
  const t = useTranslations('op');
  const failureText = useFailureText();
  if (isActive(operation)) return <RunningProgress operation={operation} />;
  switch (operation.state) {
    case 'succeeded':
      return <Result operation={operation} />;
    case 'cancelled':
      return (
        <span className="text-muted">
          {t(isBulk(operation) ? 'cancelledBulk' : isPrune(operation) ? 'cancelledPrune' : 'cancelledText')}
        </span>
      );
    case 'interrupted':
      return (
        <span>
          {t(isBulk(operation) ? 'interruptedBulk' : isPrune(operation) ? 'interruptedPrune' : 'interruptedText')}
        </span>
      );
    case 'running':
    case 'failed':
      return <span className="[overflow-wrap:anywhere]">{failureText(toFailure(operation.error))}</span>;
  }
}

/** What it did to one is not taken back because of another. */
function isBulk({ kind }: Operation): boolean {
  return kind.startsWith('containers.');
}

/** What it removed before its end stays removed. */
function isPrune({ kind }: Operation): boolean {
  return kind.endsWith('.prune');
}

function RunningProgress({ operation }: { operation: Operation }) {
  const t = useTranslations('op');
  const locale = useLocale();
  const { doneBytes = 0, totalBytes, bytesPerSecond: rate, secondsLeft, items } = operation.progress ?? {};
  const name = operation.object?.name ?? operation.kind;
  if (items !== undefined) {
    return (
      <span className="block min-w-0">
        <ProgressBar done={items.done} total={items.total} label={name} />
        <span className="text-caption text-muted tabular-nums">
          {operation.cancelling ? t('cancellingText') : t('itemsOf', items)}
        </span>
      </span>
    );
  }
  return (
    <span className="block min-w-0">
      <ProgressBar done={doneBytes} total={totalBytes} label={name} />
      <span className="flex flex-wrap justify-between gap-x-3 text-caption text-muted tabular-nums">
        <span>
          {operation.cancelling
            ? t('cancellingText')
            : totalBytes === undefined
              ? t('bytesDone', { done: formatBytes(doneBytes) })
              : t('bytesOf', { done: formatBytes(doneBytes), total: formatBytes(totalBytes) })}
          {!operation.cancelling && rate !== undefined && ` · ${t('perSecond', { bytes: formatBytes(rate) })}`}
        </span>
        {!operation.cancelling && secondsLeft !== undefined && (
          <span>{t('timeLeft', { time: formatDuration(Math.max(1, secondsLeft) * 1_000, locale) })}</span>
        )}
      </span>
    </span>
  );
}

/** Without a known total the bar is empty: a made-up percentage would lie. */
export function ProgressBar({ done, total, label }: { done: number; total: number | undefined; label: string }) {
  const percent = total === undefined || total === 0 ? undefined : Math.min(100, (done / total) * 100);
  return (
    <span
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent === undefined ? undefined : Math.round(percent)}
      className="my-1 block h-1.5 overflow-hidden rounded-[3px] bg-neutral-soft"
    >
      <span className="block h-full bg-accent" style={{ width: `${percent ?? 0}%` }} />
    </span>
  );
}

interface ImportedImage {
  id: string;
  references: string[];
  sizeBytes?: number;
  layersShared?: number;
}

function Result({ operation }: { operation: Operation }) {
  const t = useTranslations('op');
  const images = imagesOf(operation.result);
  const digest = digestOf(operation.result);
  if (digest !== undefined) {
    return (
      <span className="flex flex-wrap items-center gap-x-2 text-muted">
        {t('digestOf', { size: formatBytes(digest.sizeBytes) })}
        <code className="text-mono [overflow-wrap:anywhere]">{digest.digest}</code>
        <CopyButton text={digest.digest} />
      </span>
    );
  }
  const count = countOf(operation.result);
  if (count !== undefined) return <span className="text-muted">{t('containersDone', { count })}</span>;
  if (images.length === 0) return <span className="text-muted">{t('succeeded')}</span>;
  const shared = images.reduce((sum, { layersShared = 0 }) => sum + layersShared, 0);
  const bytes = images.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0);
  return (
    <span className="text-muted">
      {images.slice(0, 5).map(({ id, references }, index) => (
        <span key={id}>
          {index > 0 && ', '}
          <Link href={`/images/${id.replace('sha256:', '')}`} className="text-accent underline">
            {references.join(', ') || shortId(id)}
          </Link>
        </span>
      ))}
      {images.length > 5 && ` ${t('andMore', { count: images.length - 5 })}`}
      {bytes > 0 && ` · ${formatBytes(bytes)}`}
      {shared > 0 && ` · ${t('layersHere', { count: shared })}`}
    </span>
  );
}

/** The result of one verb for many: how many there were. */
function countOf(result: unknown): number | undefined {
  if (typeof result !== 'object' || result === null || !('count' in result)) return undefined;
  return typeof result.count === 'number' ? result.count : undefined;
}

/** The result of a backup: what the archive has to be, to be compared before it is restored. */
function digestOf(result: unknown): { digest: string; sizeBytes: number } | undefined {
  if (typeof result !== 'object' || result === null || !('digest' in result) || !('sizeBytes' in result))
    return undefined;
  const { digest, sizeBytes } = result;
  return typeof digest === 'string' && typeof sizeBytes === 'number' ? { digest, sizeBytes } : undefined;
}

/** The image that an operation brought, where it is one: what would be run next. */
export function imageToRun({ state, result }: Operation): string | undefined {
  const [image, ...others] = state === 'succeeded' ? imagesOf(result) : [];
  return others.length > 0 ? undefined : (image?.references[0] ?? image?.id);
}

/** The result of an import is one image, that of a load a list of them. */
function imagesOf(result: unknown): ImportedImage[] {
  if (typeof result !== 'object' || result === null) return [];
  const list = 'images' in result && Array.isArray(result.images) ? (result.images as unknown[]) : [result];
  return list.filter(
    (item): item is ImportedImage =>
      typeof item === 'object' &&
      item !== null &&
      'id' in item &&
      'references' in item &&
      Array.isArray(item.references),
  );
}
