import { randomBytes } from 'node:crypto';
import type { CopyProgress, LayerApplier, TreeCopier, TreePacker } from '../diff/index.ts';
import { failpoint, type OpOptions, openStep, type ProgressOptions } from '../lib/index.ts';
import { syncFileSystem } from '../snapshots/index.ts';
import { aboutVolume, optionsNote, readAbout } from './volume-about.ts';
import type { VolumeCopies } from './volume-copies.ts';
import type { VolumeRecords } from './volume-records.ts';
import type {
  BackupOptions,
  RestoreOptions,
  VolumeBackup,
  VolumeCall,
  VolumeCopy,
  VolumeRecord,
  VolumeService,
  VolumeSummary,
} from './volume-service.ts';
import { busy, checkedName, nameTaken } from './volume-words.ts';

interface VolumeCopierDeps {
  records: VolumeRecords;
  copies: VolumeCopies;
  /** Makes the content be there while it is read. */
  content: Pick<VolumeService, 'hold' | 'release'>;
  packer: Pick<TreePacker, 'pack'>;
  applier: Pick<LayerApplier, 'unpackTree'>;
  copier: Pick<TreeCopier, 'copy'>;
}

/** Everything in a volume as an archive, a volume of an archive, a volume of another one. */
export class VolumeCopier implements Pick<VolumeService, 'backup' | 'restore' | 'clone'> {
  readonly #deps: VolumeCopierDeps;

  constructor(deps: VolumeCopierDeps) {
    this.#deps = deps;
  }

  backup(name: string, opts: BackupOptions): Promise<VolumeBackup> {
    const { sink, compression, signal } = opts;
    return this.#reading(name, opts, async (root) => {
      const note = aboutVolume(await this.#deps.records.ready(name));
      const step = openStep(opts, { id: 'tree', kind: 'pack', name });
      const packed = await this.#deps.packer.pack({
        root,
        sink,
        ...(note === undefined ? {} : { note }),
        compression,
        seal: true,
        signal,
        onProgress: ({ tarBytes, name: file }) => step.progress({ doneBytes: tarBytes, step: file }),
      });
      step.end();
      const { digest, sizeBytes, entries, notes } = packed;
      const missing = note === undefined ? ['its labels and options are too large for the archive'] : [];
      return { digest, sizeBytes, entries, notes: [...notes, ...missing] };
    });
  }

  restore(opts: RestoreOptions): ReturnType<VolumeService['restore']> {
    const { name, labels = {}, source, totalBytes, digest, unproven = false, signal } = opts;
    return this.#filled({ name, labels }, opts, async (target) => {
      const step = openStep(opts, { id: 'tree', kind: 'unpack', name });
      const { entries, notes, note } = await this.#deps.applier.unpackTree({
        source,
        target,
        requireSeal: digest === undefined && !unproven,
        digest,
        signal,
        onProgress: ({ readBytes, name: file }) => step.progress({ doneBytes: readBytes, totalBytes, step: file }),
      });
      step.end();
      const about = readAbout(note);
      if (about === undefined) return { entries, notes };
      const told = [...notes, ...optionsNote(about)];
      return { entries, notes: told, labels: { ...about.labels, ...labels } };
    });
  }

  clone(name: string, opts: Parameters<VolumeService['clone']>[1]): ReturnType<VolumeService['clone']> {
    const { name: newName, labels = {}, signal } = opts;
    return this.#reading(name, opts, (root) =>
      this.#filled({ name: newName, labels }, opts, async (target) => {
        const step = openStep(opts, { id: 'tree', kind: 'copy', name });
        const told = ({ copiedBytes, name: file }: CopyProgress) =>
          step.progress({ doneBytes: copiedBytes, step: file });
        const copied = await this.#deps.copier.copy({ from: root, to: target, signal, onProgress: told });
        step.end();
        return copied;
      }),
    );
  }

  /** With the volume's content there, and kept there until the end. */
  async #reading<T>(
    name: string,
    opts: OpOptions & { consistent?: boolean | undefined },
    work: (folder: string) => Promise<T>,
  ): Promise<T> {
    const { copies, content } = this.#deps;
    const holder = `copy ${randomBytes(8).toString('hex')}`;
    using _read = copies.read(name);
    const folder = await content.hold(name, holder);
    try {
      const run = () => work(folder);
      return opts.consistent === true ? await copies.whilePaused(name, run, opts) : await run();
    } finally {
      await content.release(name, holder);
    }
  }

  /** A new volume that becomes visible when `fill` is done; on a failure nothing of it stays. */
  async #filled(
    { name, labels }: { name: string; labels: Record<string, string> },
    opts: VolumeCall & ProgressOptions,
    fill: (folder: string) => Promise<VolumeCopy & { labels?: Record<string, string> }>,
  ): Promise<VolumeSummary & { copy: VolumeCopy }> {
    const { records, copies } = this.#deps;
    checkedName(name);
    if (copies.isFilled(name)) throw busy('create', name, 'filled');
    using _filling = copies.fill(name);
    const record = await this.#begin(name, labels, opts);
    const folder = records.dataFolder(name);
    let filled: Awaited<ReturnType<typeof fill>>;
    try {
      await failpoint('volume.begun');
      await records.makeFolders(name);
      await failpoint('volume.laid');
      filled = await fill(folder);
      await failpoint('volume.filled');
      const recording = openStep(opts, { id: 'record', kind: 'record', name });
      await syncFileSystem(folder);
      using _lock = await records.locks.acquire(name);
      await records.finishLocked(name, { labels: filled.labels ?? labels });
      recording.end();
      await failpoint('volume.finished');
    } catch (cause) {
      using _lock = await records.locks.acquire(name);
      await records.eraseLocked(name);
      throw cause;
    }
    // From here on it is a volume that somebody may have taken into use: nothing that fails takes it back.
    const { labels: found = labels, ...copy } = filled;
    records.publish('create', name, opts.actor);
    return { ...(await records.summary({ ...record, state: 'ready', labels: found })), copy };
  }

  async #begin(name: string, labels: Record<string, string>, opts: OpOptions): Promise<VolumeRecord> {
    const { records } = this.#deps;
    using _lock = await records.locks.acquire(name, opts.signal);
    const existing = await records.find(name);
    if (existing?.state === 'ready') throw nameTaken(name);
    if (existing !== undefined) await records.eraseLocked(name);
    return await records.insertLocked({ name, anonymous: false, labels, options: {} });
  }
}
