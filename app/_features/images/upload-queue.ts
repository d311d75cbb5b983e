export type UploadKind = 'import' | 'load';

interface UploadSettings {
  reference: string;
  changes: readonly string[];
  message: string;
}

/** Bytes on their way to the server; what becomes of them is the operation's. */
export interface Upload {
  id: string;
  kind: UploadKind;
  name: string;
  sizeBytes: number;
  sentBytes: number;
  state: 'waiting' | 'sending' | 'arrived' | 'failed' | 'cancelled';
  /** Known once the bytes have arrived, or from the start when the server fetches them itself. */
  operationId: string | undefined;
  error: unknown;
}

/** The bytes never arrived, and the tab still has the file. */
export function mayBeSentAgain({ state }: Upload): boolean {
  return state === 'failed' || state === 'cancelled';
}

/** Sends one file. @returns the id of the operation that took it */
export type Send = (
  kind: UploadKind,
  file: File,
  settings: UploadSettings,
  opts: { signal: AbortSignal; onSent: (bytes: number) => void },
) => Promise<string>;

interface Task {
  upload: Upload;
  file: Pick<File, 'name' | 'size'>;
  settings: UploadSettings;
  controller: AbortController;
}

/** Files of this tab, sent one after another; it outlives the page that filled it. */
export class UploadQueue {
  readonly #send: Send;
  readonly #listeners = new Set<() => void>();
  readonly #tasks = new Map<string, Task>();
  #snapshot: readonly Upload[] = [];
  #next = 1;
  #sending = false;

  constructor(send: Send) {
    this.#send = send;
  }

  /** Newest last; the same array until something changes. */
  readonly read = (): readonly Upload[] => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  add(kind: UploadKind, file: File, settings: UploadSettings): void {
    const upload = this.#make(kind, file.name, file.size, 'waiting', undefined);
    this.#tasks.set(upload.id, { upload, file, settings, controller: new AbortController() });
    this.#tell();
    void this.#work();
  }

  /** Shows an operation that the server began by itself, such as a download. */
  addOperation(kind: UploadKind, name: string, operationId: string): void {
    const upload = this.#make(kind, name, 0, 'arrived', operationId);
    const settings = { reference: '', changes: [], message: '' };
    this.#tasks.set(upload.id, { upload, file: { name, size: 0 }, settings, controller: new AbortController() });
    this.#tell();
  }

  /** Only what has not arrived; what has is cancelled as an operation. */
  cancel(id: string): void {
    const task = this.#tasks.get(id);
    if (task === undefined) return;
    if (task.upload.state === 'waiting') this.#change(task, { state: 'cancelled' });
    task.controller.abort();
  }

  /** From its first byte: of what was cut off nothing was kept. */
  again(id: string): void {
    const task = this.#tasks.get(id);
    if (task === undefined || !mayBeSentAgain(task.upload)) return;
    task.controller = new AbortController();
    this.#change(task, { state: 'waiting', sentBytes: 0, error: undefined });
    void this.#work();
  }

  /** Takes what is over off the list. */
  clear(): void {
    for (const [id, { upload }] of this.#tasks) {
      if (upload.state !== 'waiting' && upload.state !== 'sending') this.#tasks.delete(id);
    }
    this.#tell();
  }

  #make(kind: UploadKind, name: string, sizeBytes: number, state: Upload['state'], operationId?: string): Upload {
    const id = `upload-${this.#next++}`;
    return { id, kind, name, sizeBytes, sentBytes: 0, state, operationId, error: undefined };
  }

  async #work(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    for (let task = this.#waiting(); task !== undefined; task = this.#waiting()) await this.#sendOne(task);
    this.#sending = false;
  }

  #waiting(): Task | undefined {
    return [...this.#tasks.values()].find(({ upload }) => upload.state === 'waiting');
  }

  async #sendOne(task: Task): Promise<void> {
    const { controller, settings } = task;
    this.#change(task, { state: 'sending' });
    try {
      const operationId = await this.#send(task.upload.kind, task.file as File, settings, {
        signal: controller.signal,
        onSent: (sentBytes) => this.#change(task, { sentBytes }),
      });
      this.#change(task, { state: 'arrived', sentBytes: task.upload.sizeBytes, operationId });
    } catch (error) {
      if (controller.signal.aborted) this.#change(task, { state: 'cancelled' });
      else this.#change(task, { state: 'failed', error });
    }
  }

  #change(task: Task, part: Partial<Upload>): void {
    task.upload = { ...task.upload, ...part };
    this.#tell();
  }

  #tell(): void {
    this.#snapshot = [...this.#tasks.values()].map(({ upload }) => upload);
    for (const listener of this.#listeners) listener();
  }
}
