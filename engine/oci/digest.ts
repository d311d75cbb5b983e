import { createHash } from 'node:crypto';
import { EngineError } from '../errors/index.ts';

/** `sha256:<64 hex>` or `sha512:<128 hex>` of stored bytes (OCI image-spec, descriptor.md §Digests). */
export type Digest = string & { readonly __brand: 'Digest' };

/** Digest of a layer's uncompressed tar. */
export type DiffId = string & { readonly __brand: 'DiffId' };

/** Identifies a stack of diffIDs (OCI image-spec, config.md §Layer ChainID). */
export type ChainId = string & { readonly __brand: 'ChainId' };

const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

export function tryParseDigest(text: string): Digest | undefined {
  return DIGEST.test(text) ? (text as Digest) : undefined;
}

/** @throws EngineError `invalid_argument` when the text is no digest of a known algorithm. */
export function parseDigest(text: string): Digest {
  const digest = tryParseDigest(text);
  if (digest === undefined) {
    throw new EngineError('invalid_argument', `"${text.slice(0, 160)}" is not a digest (sha256:… or sha512:…)`, {
      reason: 'digest_invalid',
    });
  }
  return digest;
}

/** @throws EngineError `invalid_argument` when the text is no digest of a known algorithm. */
export function parseDiffId(text: string): DiffId {
  return parseDigest(text) as string as DiffId;
}

export function digestOf(data: string | Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(data).digest('hex')}` as Digest;
}

/** ChainIDs of every prefix of the stack: `[chain(l0), chain(l0,l1), …]`. */
export function chainIds(diffIds: readonly DiffId[]): ChainId[] {
  const chain: ChainId[] = [];
  for (const diffId of diffIds) {
    const parent = chain.at(-1);
    chain.push((parent === undefined ? diffId : digestOf(`${parent} ${diffId}`)) as string as ChainId);
  }
  return chain;
}
