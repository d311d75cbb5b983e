import { useQuery } from '@tanstack/react-query';
import { CircleSlash, CircleX, Clock, LoaderCircle, RotateCcw, X } from 'lucide';
import { useLocale, useTranslations } from 'next-intl';
import { toFailure, useFailureText } from '../../_lib/errors.ts';
import { formatBytes, formatDuration } from '../../_lib/format.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { Button } from '../../_ui/button.tsx';
import { Card } from '../../_ui/card.tsx';
import { Icon } from '../../_ui/icon.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { ProgressBar } from '../activity/operation-outcome.tsx';
import { OperationRow } from '../activity/operation-row.tsx';
import { ReceivedDigest, receivedDigest } from '../activity/received-digest.tsx';
import { RunImage } from '../activity/run-image.tsx';
import { mayBeSentAgain, type Upload } from './upload-queue.ts';
import { timeLeftMs, uploadRates } from './upload-rate.ts';
import { uploads } from './uploads.ts';

/** What this tab has sent and is sending; arrived files are shown as the operations they became. */
export function UploadList({ list }: { list: readonly Upload[] }) {
  const t = useTranslations('images');
  if (list.length === 0) return null;
  const over = list.some(({ state }) => state !== 'waiting' && state !== 'sending');
  return (
    <Card
      flush
      title={t('uploads')}
      aside={
        over && (
          <Button size="compact" variant="ghost" onClick={() => uploads.clear()}>
            {t('clearUploads')}
          </Button>
        )
      }
    >
      <ul>
        {list.map((upload) =>
          upload.operationId === undefined ? (
            <UploadRow key={upload.id} upload={upload} />
          ) : (
            <ArrivedRow key={upload.id} upload={upload} operationId={upload.operationId} />
          ),
        )}
      </ul>
    </Card>
  );
}

function ArrivedRow({ upload, operationId }: { upload: Upload; operationId: string }) {
  const t = useTranslations('tray');
  const { data } = useQuery(useTRPC().operations.get.queryOptions({ operationId }));
  const digest = data && receivedDigest(data);
  // Its line stays where it is until the operation is known.
  return data === undefined ? (
    <UploadRow upload={upload} />
  ) : (
    <OperationRow
      operation={data}
      next={<RunImage operation={data} size="compact" />}
      more={
        digest !== undefined && (
          <span className="flex flex-wrap items-center gap-x-2 text-muted">
            {t('received')}
            <ReceivedDigest digest={digest} />
          </span>
        )
      }
    />
  );
}

const ICONS = { waiting: Clock, sending: LoaderCircle, failed: CircleX, cancelled: CircleSlash, arrived: LoaderCircle };

function UploadRow({ upload }: { upload: Upload }) {
  const t = useTranslations('images');
  const failureText = useFailureText();
  const { state, name, sentBytes, sizeBytes } = upload;
  const ongoing = state === 'waiting' || state === 'sending';
  return (
    <li className="flex items-start gap-2.5 border-hairline border-t px-4 py-2.5 text-table first:border-t-0 max-md:px-3">
      <Icon
        icon={ICONS[state]}
        className={
          state === 'sending'
            ? 'spin mt-0.5 text-accent'
            : state === 'failed'
              ? 'mt-0.5 text-danger'
              : 'mt-0.5 text-faint'
        }
      />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{name}</p>
        {state === 'sending' && <ProgressBar done={sentBytes} total={sizeBytes} label={name} />}
        <div className="text-caption text-muted">
          {state === 'sending' && <SendingText upload={upload} />}
          {state === 'waiting' && t('uploadWaiting', { size: formatBytes(sizeBytes) })}
          {state === 'cancelled' && t('uploadCancelled')}
          {state === 'failed' && <span className="text-danger">{failureText(toFailure(upload.error))}</span>}
        </div>
      </div>
      {mayBeSentAgain(upload) && (
        <IconButton icon={RotateCcw} label={t('uploadAgain', { name })} onClick={() => uploads.again(upload.id)} />
      )}
      {ongoing && <IconButton icon={X} label={t('cancelUpload', { name })} onClick={() => uploads.cancel(upload.id)} />}
    </li>
  );
}

function SendingText({ upload: { id, sentBytes, sizeBytes } }: { upload: Upload }) {
  const op = useTranslations('op');
  const locale = useLocale();
  const rate = uploadRates.rate(id);
  const left = timeLeftMs(sentBytes, sizeBytes, rate);
  return (
    <span className="flex flex-wrap justify-between gap-x-3 tabular-nums">
      <span>
        {op('bytesOf', { done: formatBytes(sentBytes), total: formatBytes(sizeBytes) })}
        {rate !== undefined && ` · ${op('perSecond', { bytes: formatBytes(rate) })}`}
      </span>
      {left !== undefined && <span>{op('timeLeft', { time: formatDuration(Math.max(1_000, left), locale) })}</span>}
    </span>
  );
}
