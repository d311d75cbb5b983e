'use client';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { type Send, type Upload, UploadQueue } from './upload-queue.ts';
import { uploadRates } from './upload-rate.ts';

const SENDING_KEY = 'davit-upload-sending';

/** XMLHttpRequest, because fetch tells nothing about bytes sent. */
const send: Send = (kind, file, { reference, changes, message }, { signal, onSent }) =>
  new Promise((resolve, reject) => {
    const query = new URLSearchParams({ fileName: file.name });
    if (kind === 'import') {
      if (reference !== '') query.set('reference', reference);
      for (const change of changes) query.append('change', change);
      if (message !== '') query.set('message', message);
    }
    const request = new XMLHttpRequest();
    request.open('POST', `/api/uploads/images/${kind}?${query.toString()}`);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.responseType = 'json';
    request.upload.onprogress = (event) => onSent(event.loaded);
    request.onload = () => {
      if (request.status < 300) resolve(String(request.response?.operationId));
      else reject(Object.assign(new Error(request.statusText), request.response));
    };
    request.onerror = () => reject(new Error('network'));
    request.onabort = () => reject(new Error('aborted'));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });

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
