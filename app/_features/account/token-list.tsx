'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { useState } from 'react';
import { formatTime } from '../../_lib/format.ts';
import { lazyPart } from '../../_lib/lazy-part.tsx';
import { type OwnToken, useTRPC } from '../../_lib/trpc.ts';
import { Button } from '../../_ui/button.tsx';
import { ConfirmDialog } from '../../_ui/dialog.tsx';
import { Moment } from '../../_ui/moment.tsx';
import { ErrorNote, SkeletonRows } from '../../_ui/states.tsx';

const CertificateDialog = lazyPart(() => import('./certificate-dialog.tsx').then((module) => module.CertificateDialog));
const TokenDialog = lazyPart(() => import('./token-dialog.tsx').then((module) => module.TokenDialog));

/** Keys for programs: the docker CLI on another computer, a build server. Each can be taken back on its own. */
export function TokenList() {
  const t = useTranslations('tokens');
  const trpc = useTRPC();
  const { data, error, isPending, refetch } = useQuery(trpc.tokens.list.queryOptions({}));
  const [dialog, setDialog] = useState<'token' | 'certificate'>();
  const [revoking, setRevoking] = useState<OwnToken>();
  const close = () => setDialog(undefined);
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 border-hairline border-b px-4 py-3 max-md:px-3">
        <p className="min-w-48 flex-1 text-caption text-muted max-md:basis-full">
          {data !== undefined &&
            (data.docker === undefined
              ? t('tcpOff')
              : t('tcpOn', { address: `tcp://${data.docker.host}:${data.docker.port}` }))}
        </p>
        <Button size="compact" writes onClick={() => setDialog('certificate')} disabled={data === undefined}>
          {t('issue')}
        </Button>
        <Button size="compact" writes onClick={() => setDialog('token')} disabled={data === undefined}>
          {t('create')}
        </Button>
      </div>
      {isPending && <SkeletonRows rows={2} />}
      {error !== null && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {data?.tokens.length === 0 && <p className="px-4 py-3 text-muted text-table max-md:px-3">{t('none')}</p>}
      <ul>
        {data?.tokens.map((token) => (
          <TokenRow key={token.id} token={token} onRevoke={() => setRevoking(token)} />
        ))}
      </ul>
      {dialog === 'token' && data !== undefined && <TokenDialog scopes={data.scopes} onClose={close} />}
      {dialog === 'certificate' && data !== undefined && <CertificateDialog docker={data.docker} onClose={close} />}
      {revoking !== undefined && <RevokeDialog token={revoking} onClose={() => setRevoking(undefined)} />}
    </>
  );
}

function TokenRow({ token, onRevoke }: { token: OwnToken; onRevoke: () => void }) {
  const t = useTranslations('tokens');
  const locale = useLocale();
  const { name, kind, scopes, expiresAt, lastUsedAt, lastAddress } = token;
  const expired = expiresAt.getTime() <= Date.now();
  return (
    <li className="flex items-center gap-4 border-hairline border-b px-4 py-2 text-table last:border-b-0 max-md:px-3">
      <div className="min-w-0 flex-1">
        <p className="[overflow-wrap:anywhere]">
          <span className="font-medium">{name}</span> <span className="text-muted">{t(`kinds.${kind}`)}</span>
        </p>
        {kind === 'token' && <p className="font-mono text-caption text-muted">{scopes.join(' ')}</p>}
        <p className="text-caption text-muted">
          <span className={expired ? 'text-danger' : ''}>
            {t(expired ? 'expired' : 'expires', { time: formatTime(expiresAt, locale) })}
          </span>
          {' · '}
          {lastUsedAt === undefined ? (
            t('neverUsed')
          ) : (
            <>
              {t('used', { address: lastAddress ?? '' })} <Moment at={lastUsedAt} />
            </>
          )}
        </p>
      </div>
      <Button size="compact" variant="danger" writes onClick={onRevoke}>
        {t('revoke')}
      </Button>
    </li>
  );
}

function RevokeDialog({ token, onClose }: { token: OwnToken; onClose: () => void }) {
  const t = useTranslations('tokens');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const revoke = useMutation(
    trpc.tokens.revoke.mutationOptions({
      onSuccess: onClose,
      onSettled: () => queries.invalidateQueries(trpc.tokens.pathFilter()),
    }),
  );
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('revokeTitle', { name: token.name })}
      action={t('revoke')}
      busy={revoke.isPending}
      danger
      onAction={() => revoke.mutate({ tokenId: token.id })}
    >
      {revoke.isError && <ErrorNote error={revoke.error} title={t('notRevoked')} />}
      <p>{t('revokeText')}</p>
    </ConfirmDialog>
  );
}
