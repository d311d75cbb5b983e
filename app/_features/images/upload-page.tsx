'use client';
import { useMutation } from '@tanstack/react-query';
import { X } from 'lucide';
import { useTranslations } from 'next-intl';
import { type FormEvent, useEffect, useState } from 'react';
import { cx } from '../../_lib/cx.ts';
import { formatBytes } from '../../_lib/format.ts';
import { useTRPC } from '../../_lib/trpc.ts';
import { Button } from '../../_ui/button.tsx';
import { Card } from '../../_ui/card.tsx';
import { TextArea, TextField } from '../../_ui/field.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { Page } from '../../_ui/page.tsx';
import { ErrorNote, Note } from '../../_ui/states.tsx';
import { useCan, useMe } from '../shell/use-me.ts';
import { DropZone } from './drop-zone.tsx';
import { takeFiles } from './dropped-files.ts';
import { readChanges, suggestReference } from './import-settings.ts';
import { UploadList } from './upload-list.tsx';
import type { UploadKind } from './upload-queue.ts';
import { uploads, useUploads } from './uploads.ts';

const EXAMPLE = 'CMD ["/bin/sh"]\nEXPOSE 80';

interface Chosen {
  file: File;
  reference: string;
}

/** Brings images in from files of this computer, one after another, or from an address the server fetches itself. */
export function UploadPage({ kind }: { kind: UploadKind }) {
  const t = useTranslations('images');
  const te = useTranslations('error');
  const can = useCan();
  const [source, setSource] = useState<'file' | 'url'>('file');
  const { list, interrupted, dismiss } = useUploads();
  const [changes, setChanges] = useState('');
  const [message, setMessage] = useState('');
  const read = readChanges(changes);
  const settings = { changes: read.changes, message: message.trim() };
  const refused = useMe() !== undefined && !can('image:load');
  const blocked = read.problem !== undefined || !can('image:load');
  return (
    <Page title={t(kind)} facts={<span>{t(`texts.${kind}`)}</span>}>
      <div className="flex max-w-[720px] flex-col gap-4">
        {refused && <Note tone="warning">{te('permission_missing', { permission: 'image:load' })}</Note>}
        {interrupted !== undefined && (
          <Note tone="warning" role="alert">
            <div className="flex items-start gap-2">
              <p className="flex-1">{t('interrupted', { name: interrupted })}</p>
              <IconButton icon={X} label={t('dismissInterrupted')} onClick={dismiss} />
            </div>
          </Note>
        )}
        <fieldset className="flex gap-0.5" aria-label={t('sourceLabel')}>
          {(['file', 'url'] as const).map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={name === source}
              onClick={() => setSource(name)}
              className={cx(
                'h-8 rounded-control px-2.5 font-medium text-table hover:bg-hover max-md:h-11',
                name === source ? 'bg-selected text-fg' : 'text-muted',
              )}
            >
              {t(`from.${name}`)}
            </button>
          ))}
        </fieldset>
        {source === 'file' ? (
          <FileForm kind={kind} settings={settings} blocked={blocked}>
            {kind === 'import' && importFields()}
          </FileForm>
        ) : (
          <UrlForm kind={kind} settings={settings} blocked={blocked}>
            {kind === 'import' && importFields()}
          </UrlForm>
        )}
        <UploadList list={list} />
      </div>
    </Page>
  );

  function importFields() {
    return (
      <>
        <TextArea
          label={t('changes')}
          flag="--change"
          hint={t('changesHint')}
          placeholder={EXAMPLE}
          value={changes}
          onChange={(event) => setChanges(event.target.value)}
          error={
            read.problem === 'changeLine' ? t('changeLine', { line: read.line ?? 0 }) : read.problem && t('changesLong')
          }
          autoCapitalize="none"
          spellCheck={false}
        />
        <TextField
          label={t('message')}
          flag="--message"
          value={message}
          maxLength={1024}
          onChange={(event) => setMessage(event.target.value)}
        />
      </>
    );
  }
}

function toChosen(file: File): Chosen {
  return { file, reference: suggestReference(file.name) };
}

interface FormProps {
  kind: UploadKind;
  settings: { changes: readonly string[]; message: string };
  blocked: boolean;
  children: React.ReactNode;
}

function FileForm({ kind, settings, blocked, children }: FormProps) {
  const t = useTranslations('images');
  const [chosen, setChosen] = useState<readonly Chosen[]>([]);
  function submit(event: FormEvent) {
    event.preventDefault();
    for (const { file, reference } of chosen) uploads.add(kind, file, { ...settings, reference: reference.trim() });
    setChosen([]);
  }
  const add = (files: readonly File[]) => setChosen((old) => [...old, ...files.map(toChosen)]);
  useEffect(() => setChosen((old) => [...old, ...takeFiles().map(toChosen)]), []);
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Card>
        <div className="flex flex-col gap-4">
          <DropZone text={t(`drops.${kind}`)} onFiles={add} />
          {chosen.length > 0 && (
            <ul className="flex flex-col gap-3">
              {chosen.map((item, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: one file may be chosen twice
                <li key={index} className="flex items-start gap-2">
                  <div className="flex min-w-0 flex-1 flex-col gap-1.5">
                    <p className="flex justify-between gap-2 text-table">
                      <span className="min-w-0 truncate font-medium">{item.file.name}</span>
                      <span className="flex-none text-muted tabular-nums">{formatBytes(item.file.size)}</span>
                    </p>
                    {kind === 'import' && (
                      <TextField
                        label={t('reference')}
                        mono
                        hint={t('referenceHint')}
                        value={item.reference}
                        maxLength={255}
                        autoCapitalize="none"
                        spellCheck={false}
                        onChange={(event) =>
                          setChosen(
                            chosen.map((other) =>
                              other === item ? { ...item, reference: event.target.value } : other,
                            ),
                          )
                        }
                      />
                    )}
                  </div>
                  <IconButton
                    icon={X}
                    label={t('takeOff', { name: item.file.name })}
                    onClick={() => setChosen(chosen.filter((other) => other !== item))}
                  />
                </li>
              ))}
            </ul>
          )}
          {children}
        </div>
      </Card>
      <Button
        type="submit"
        writes
        variant="primary"
        className="self-start max-md:self-stretch"
        disabled={blocked || chosen.length === 0}
      >
        {t(`actions.${kind}`, { count: Math.max(1, chosen.length) })}
      </Button>
    </form>
  );
}

function UrlForm({ kind, settings, blocked, children }: FormProps) {
  const t = useTranslations('images');
  const trpc = useTRPC();
  const [url, setUrl] = useState('');
  const [reference, setReference] = useState('');
  const onSuccess = ({ operationId }: { operationId: string }) => {
    uploads.addOperation(kind, url.trim(), operationId);
    setUrl('');
    setReference('');
  };
  const importUrl = useMutation(trpc.images.importUrl.mutationOptions({ onSuccess }));
  const loadUrl = useMutation(trpc.images.loadUrl.mutationOptions({ onSuccess }));
  const mutation = kind === 'import' ? importUrl : loadUrl;
  const bad = url.trim() !== '' && !/^https?:\/\/[^/@\s]+(\/\S*)?$/i.test(url.trim());
  function submit(event: FormEvent) {
    event.preventDefault();
    if (kind === 'load') return loadUrl.mutate({ url: url.trim() });
    importUrl.mutate({
      url: url.trim(),
      changes: [...settings.changes],
      ...(reference.trim() === '' ? {} : { reference: reference.trim() }),
      ...(settings.message === '' ? {} : { message: settings.message }),
    });
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {mutation.isError && <ErrorNote error={mutation.error} title={t('urlFailed')} />}
      <Card>
        <div className="flex flex-col gap-4">
          <TextField
            label={t('url')}
            mono
            type="url"
            required
            hint={t('urlHint')}
            error={bad && t('urlBad')}
            placeholder="https://example.com/rootfs.tar.gz"
            value={url}
            maxLength={2048}
            onChange={(event) => setUrl(event.target.value)}
          />
          {kind === 'import' && (
            <TextField
              label={t('reference')}
              mono
              hint={t('referenceHint')}
              value={reference}
              maxLength={255}
              autoCapitalize="none"
              spellCheck={false}
              onChange={(event) => setReference(event.target.value)}
            />
          )}
          {children}
        </div>
      </Card>
      <Button
        type="submit"
        writes
        variant="primary"
        className="self-start max-md:self-stretch"
        loading={mutation.isPending}
        disabled={blocked || bad || url.trim() === ''}
      >
        {t(`actions.${kind}`, { count: 1 })}
      </Button>
    </form>
  );
}
