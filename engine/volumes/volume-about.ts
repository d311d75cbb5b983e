import type { VolumeRecord } from './volume-service.ts';

/** What a backup says of its volume besides the files. */
interface VolumeAbout {
  labels: Record<string, string>;
  options: Record<string, string>;
}

/** Larger than any set of labels a client sends; an archive's headers have an end too. */
const MAX_BYTES = 1 << 19;

/** The text that goes into the archive; undefined when it is too large for one. */
export function aboutVolume({ labels, options }: Pick<VolumeRecord, 'labels' | 'options'>): string | undefined {
  const text = JSON.stringify({ version: 1, labels, options });
  return Buffer.byteLength(text) > MAX_BYTES ? undefined : text;
}

/** Undefined for a text of somebody else, and for an archive that was made before backups said this. */
export function readAbout(text: string | undefined): VolumeAbout | undefined {
  if (text === undefined) return undefined;
  try {
    const about: unknown = JSON.parse(text);
    if (typeof about !== 'object' || about === null || !('version' in about) || about.version !== 1) return undefined;
    return {
      labels: textsOf('labels' in about && about.labels),
      options: textsOf('options' in about && about.options),
    };
  } catch {
    // A note that is no JSON is none of ours.
    return undefined;
  }
}

function textsOf(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );
}

/** A new volume never mounts what an archive names: whoever wants that asks for it, with the right to do so. */
export function optionsNote({ options }: VolumeAbout): string[] {
  const words = Object.entries(options).map(([name, value]) => `${name}=${value}`);
  return words.length === 0 ? [] : [`the volume had the options ${words.join(' ')}; the new one is a plain folder`];
}
