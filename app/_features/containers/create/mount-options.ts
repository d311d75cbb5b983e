import type { ContainerDetail } from '../../../_lib/trpc.ts';
import type { MountRow } from './create-form.ts';

type Mount = ContainerDetail['config']['mounts'][number];

const PROPAGATIONS = ['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave'] as const;

interface VolumeOptions {
  noCopy?: boolean;
  subpath?: string;
}
interface BindOptions {
  propagation?: (typeof PROPAGATIONS)[number];
  createSource?: boolean;
  nonRecursive?: boolean;
  readOnlyRecursion?: 'none' | 'force';
}
interface TmpfsOptions {
  mode?: number;
  options?: string;
}

export function tryParseVolumeOptions(text: string): VolumeOptions | undefined {
  return collect(wordsOf(text), volumeWord);
}

/** `must-exist` refuses a missing folder instead of making it. */
export function tryParseBindOptions(text: string): BindOptions | undefined {
  return collect(wordsOf(text), bindWord);
}

/** The further words of a mount, as `--mount` and `-v` have them. Undefined when one is not understood. */
export function tryParseMountOptions({ type, options }: Pick<MountRow, 'type' | 'options'>): object | undefined {
  const parsers = { volume: tryParseVolumeOptions, bind: tryParseBindOptions, tmpfs: tryParseTmpfsOptions };
  return parsers[type](options);
}

function wordsOf(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);
}

function collect<T extends object>(words: readonly string[], read: (word: string) => T | undefined): T | undefined {
  const parts = words.map(read);
  return parts.includes(undefined) ? undefined : (Object.assign({}, ...parts) as T);
}

function volumeWord(word: string): VolumeOptions | undefined {
  if (word === 'nocopy' || word === 'volume-nocopy') return { noCopy: true };
  const subpath = /^(?:volume-)?subpath=(.+)$/.exec(word)?.[1];
  return subpath === undefined ? undefined : { subpath };
}

function bindWord(word: string): BindOptions | undefined {
  const propagation = PROPAGATIONS.find((known) => known === word.replace(/^bind-propagation=/, ''));
  if (propagation !== undefined) return { propagation };
  if (word === 'must-exist') return { createSource: false };
  if (word === 'bind-nonrecursive' || word === 'bind-recursive=disabled') return { nonRecursive: true };
  if (word === 'bind-recursive=writable') return { readOnlyRecursion: 'none' };
  return word === 'bind-recursive=readonly' ? { readOnlyRecursion: 'force' } : undefined;
}

export function tryParseTmpfsOptions(text: string): TmpfsOptions | undefined {
  const words = wordsOf(text);
  const mode = words.find((word) => /^(?:tmpfs-)?mode=/.test(word))?.replace(/^.*=/, '');
  if (mode !== undefined && !/^[0-7]{1,4}$/.test(mode)) return undefined;
  const rest = words.filter((word) => !/^(?:tmpfs-)?mode=/.test(word));
  if (rest.some((word) => word.startsWith('size='))) return undefined;
  return {
    ...(mode === undefined ? {} : { mode: Number.parseInt(mode, 8) }),
    ...(rest.length === 0 ? {} : { options: rest.join(',') }),
  };
}

/** The words that say the same as a mount's further settings. */
export function formatMountOptions(mount: Mount): string {
  switch (mount.type) {
    case 'volume':
      return [
        ...(mount.noCopy ? ['nocopy'] : []),
        ...(mount.subpath === undefined ? [] : [`volume-subpath=${mount.subpath}`]),
      ].join(',');
    case 'bind':
      return [
        ...(mount.propagation === undefined ? [] : [`bind-propagation=${mount.propagation}`]),
        ...(mount.createSource ? [] : ['must-exist']),
        ...(mount.nonRecursive ? ['bind-recursive=disabled'] : []),
        ...(mount.readOnlyRecursion === undefined
          ? []
          : [`bind-recursive=${mount.readOnlyRecursion === 'none' ? 'writable' : 'readonly'}`]),
      ].join(',');
    case 'tmpfs':
      return [
        ...(mount.mode === undefined ? [] : [`mode=${mount.mode.toString(8)}`]),
        ...(mount.options ?? '').split(',').filter((word) => word !== '' && word !== 'ro'),
      ].join(',');
  }
}
