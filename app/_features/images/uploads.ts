'use client';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { sendFile } from '../../_lib/send-file.ts';
import { type Send, type Upload, UploadQueue } from './upload-queue.ts';
import { uploadRates } from './upload-rate.ts';

const SENDING_KEY = 'davit-upload-sending';

const send: Send = (kind, file, { reference, changes, message }, opts) => {
  const query = new URLSearchParams({ fileName: file.name });
  if (kind === 'import') {
    if (reference !== '') query.set('reference', reference);
    for (const change of changes) query.append('change', change);
    if (message !== '') query.set('message', message);
  }
  return sendFile(`/api/uploads/images/${kind}?${query.toString()}`, file, opts);
};

/** Of this tab; changing pages goes on sending, a reload ends it. */
export const uploads = new UploadQueue(send);

const NONE: readonly Upload[] = [];

/** The uploads of this tab, and what a reload cut off. Leaving the tab while something is sent is asked about. */
export function useUploads() {
  const list = useSyncExternalStore(uploads.subscribe, uploads.read, () => NONE);
  const [interrupted, setInterrupted] = useState<string>();
  const sending = list.find(({ state }) => state === 'sending');
  const name = sending?.name;
  useEffect(() => {
    const cut = sessionStorage.getItem(SENDING_KEY);
    if (cut !== null && !uploads.read().some(({ state }) => state === 'sending')) {
      sessionStorage.removeItem(SENDING_KEY);
      setInterrupted(cut);
    }
  }, []);
  useEffect(() => {
    if (name === undefined) return;
    sessionStorage.setItem(SENDING_KEY, name);
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => {
      window.removeEventListener('beforeunload', ask);
      // The effect also ends when the page is changed, and then the upload goes on.
      if (!uploads.read().some(({ state }) => state === 'sending')) sessionStorage.removeItem(SENDING_KEY);
    };
  }, [name]);
  useEffect(() => {
    if (sending !== undefined) uploadRates.note(sending.id, sending.sentBytes, Date.now());
  }, [sending]);
  return { list, interrupted, dismiss: () => setInterrupted(undefined) };
}
