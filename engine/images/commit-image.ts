import { PassThrough } from 'node:stream';
import { EngineError } from '../errors/index.ts';
import { type Clock, openStep } from '../lib/index.ts';
import { type HistoryEntry, type ImageConfig, parseDiffId } from '../oci/index.ts';
import type { StoredLayer } from './image-blobs.ts';
import { applyImageChanges } from './image-changes.ts';
import type { CommitImageOptions, ImageRecord } from './image-service.ts';
import type { ImageWriter } from './image-writer.ts';
import { progressOf } from './layer-progress.ts';
import type { LayerSession } from './layer-session.ts';
import { MAX_LAYERS } from './parse-image-json.ts';

/** diffID of a tar without members: two zero blocks. Docker's commit makes no layer of it. */
const EMPTY_DIFF_ID = 'sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef';

/**
 * Layer, configuration and manifest of an image that is another one and what was changed above it; its row is the caller's.
 * The parent is kept while the session lives.
 */
export async function commitImage(
  deps: { writer: ImageWriter; clock: Clock },
  session: LayerSession,
  opts: CommitImageOptions,
): Promise<ImageRecord> {
  const processConfig = applyImageChanges(opts.process, opts.changes ?? []);
  const parent = await session.keepImage(opts.parent);
  const layer = await addLayer(session, parent, opts);
  const layers = layer === undefined ? parent.layers : [...parent.layers, layer];
  const created = deps.clock().toISOString();
  const { author = parent.config.author } = opts;
  const entry: HistoryEntry = {
    created,
    created_by: opts.createdBy,
    ...(opts.author !== undefined && { author: opts.author }),
    ...(opts.message !== undefined && { comment: opts.message }),
    ...(layer === undefined && { empty_layer: true }),
  };
  const config: ImageConfig = {
    ...parent.platform,
    created,
    ...(author !== undefined && { author }),
    config: processConfig,
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: [...(parent.config.history ?? []), entry],
  };
  const configBytes = Buffer.from(JSON.stringify(config));
  return deps.writer.record(session, { config, configBytes, manifestBytes: undefined, layers }, 'committed', parent.id);
}

async function addLayer(
  session: LayerSession,
  parent: ImageRecord,
  opts: CommitImageOptions,
): Promise<StoredLayer | undefined> {
  if (parent.layers.length >= MAX_LAYERS) {
    throw new EngineError('invalid_argument', `The image would have more than ${MAX_LAYERS} layers`, {
      reason: 'too_many_layers',
      image: parent.id,
    });
  }
  const failed = new AbortController();
  const signal = opts.signal === undefined ? failed.signal : AbortSignal.any([opts.signal, failed.signal]);
  const tar = new PassThrough({ highWaterMark: 1 << 20 });
  const writing = opts.writeLayer(tar, { signal });
  // The other end passes an error of its source on.
  writing.catch((error: unknown) => tar.destroy(error instanceof Error ? error : new Error(String(error))));
  const packing = openStep(opts, { id: 'layer', kind: 'pack' });
  try {
    const { layer } = await session.addLayer({
      source: tar,
      compression: 'gzip',
      parents: parent.layers.map(({ diffId }) => parseDiffId(diffId)),
      signal: opts.signal,
      onProgress: progressOf(packing),
    });
    await writing;
    packing.end();
    return layer.diffId === EMPTY_DIFF_ID ? undefined : layer;
  } catch (error) {
    // The writing ends before its caller lets go of what it reads.
    failed.abort(error);
    await Promise.allSettled([writing]);
    throw error;
  }
}
