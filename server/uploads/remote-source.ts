import type { Readable } from 'node:stream';

/** Bytes from elsewhere. Disposing ends the transfer. */
export interface RemoteSource extends AsyncDisposable {
  stream: Readable;
  totalBytes: number | undefined;
}
