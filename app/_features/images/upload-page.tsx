'use client';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { formatBytes } from '../../_lib/format.ts';
import { Button } from '../../_ui/button.tsx';
import { Card } from '../../_ui/card.tsx';
import { TextField } from '../../_ui/field.tsx';
import { Page } from '../../_ui/page.tsx';
import { ErrorNote, Note } from '../../_ui/states.tsx';

/** Sends a file as the body of one request; the rest is an operation in the tray. */
export function UploadPage({ kind }: { kind: 'import' | 'load' }) {
  const t = useTranslations('images');
  const [file, setFile] = useState<File>();
  const [reference, setReference] = useState('');
  const [sent, setSent] = useState(0);
  const upload = useMutation({ mutationFn: (body: File) => send(kind, body, reference.trim(), setSent) });
  function submit(event: FormEvent) {
    event.preventDefault();
    if (file !== undefined) upload.mutate(file);
  }
  return (
    <Page title={t(kind)}>
      <form onSubmit={submit} className="flex max-w-[640px] flex-col gap-4">
        {upload.isError && <ErrorNote error={upload.error} />}
        {upload.isSuccess && <Note tone="success">{t('sent')}</Note>}
        <Card>
          <div className="flex flex-col gap-4">
            <TextField label={t('file')} type="file" required onChange={(event) => setFile(event.target.files?.[0])} />
            {kind === 'import' && (
              <TextField
                label={t('reference')}
                mono
                value={reference}
                onChange={(event) => setReference(event.target.value)}
              />
            )}
          </div>
        </Card>
        {upload.isPending && (
          <p role="status" className="text-muted text-table tabular-nums">
            {t('progress', { done: formatBytes(sent), total: formatBytes(file?.size) })}
          </p>
        )}
        <Button type="submit" variant="primary" loading={upload.isPending}>
          {t(kind)}
        </Button>
      </form>
    </Page>
  );
}

/** XMLHttpRequest, because fetch tells nothing about bytes sent. */
function send(kind: string, file: File, reference: string, onSent: (bytes: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const query = new URLSearchParams({ fileName: file.name, ...(reference === '' ? {} : { reference }) });
    const request = new XMLHttpRequest();
    request.open('POST', `/api/uploads/images/${kind}?${query.toString()}`);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.responseType = 'json';
    request.upload.onprogress = (event) => onSent(event.loaded);
    request.onload = () =>
      request.status < 300 ? resolve() : reject(Object.assign(new Error(request.statusText), request.response));
    request.onerror = () => reject(new Error('network'));
    request.send(file);
  });
}
