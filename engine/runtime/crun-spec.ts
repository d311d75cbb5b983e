import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../errors/index.ts';
import type { OciSpec } from './spec.ts';

/** The annotations that are orders to crun itself: hooks, handlers, libraries of the host. They come from us or not at all. */
const OWN_PREFIX = 'run.oci.';
const FILTER = 'run.oci.seccomp_bpf_data';
/** It knows the first versions of the specification only, which have all that we write. */
const VERSION = '1.0.2';
/** Profiles differ by capabilities and by who wrote them: few on one host. */
const MAX_FILTERS = 64;

/**
 * What crun reads otherwise than runc. Compiling a seccomp profile takes longer than all the rest of a start, so the filter
 * that crun made of a profile is kept, and given to it the next time.
 */
export class CrunSpecs {
  readonly #filters = new Map<string, string>();

  /** @param spec as for runc; `profile` names its seccomp profile and is undefined when that is not to be learned */
  adapt(spec: OciSpec): { spec: OciSpec; profile: string | undefined } {
    const { seccomp, ...linux } = spec.linux;
    const annotations = withoutOrders(spec.annotations);
    const plain = { ...spec, ociVersion: VERSION, annotations };
    if (seccomp === undefined) return { spec: plain, profile: undefined };
    const profile = createHash('sha256').update(JSON.stringify(seccomp)).digest('hex');
    const filter = this.#filters.get(profile);
    if (filter === undefined) return { spec: plain, profile };
    return { spec: { ...plain, annotations: { ...annotations, [FILTER]: filter }, linux }, profile: undefined };
  }

  /** From the state of a container that has just been started; one that has ended already teaches nothing. */
  async learn(profile: string, stateFolder: string): Promise<void> {
    if (this.#filters.size >= MAX_FILTERS) return;
    try {
      const filter = await readFile(join(stateFolder, 'seccomp.bpf'));
      // Whole instructions of 8 bytes, see seccomp(2).
      if (filter.length > 0 && filter.length % 8 === 0) this.#filters.set(profile, filter.toString('base64'));
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
    }
  }
}

function withoutOrders(annotations: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations).filter(([name]) => !name.startsWith(OWN_PREFIX)));
}
