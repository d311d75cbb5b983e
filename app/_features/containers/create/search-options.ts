import { FIELD_KEYS, type FieldKey, fieldSpec, type Section } from './create-form.ts';

/** Something the form has a place for; `key` is the name of its field, or of the part with its rows. */
export interface Option {
  key: FieldKey | 'image' | 'name' | 'ports' | 'env' | 'mounts' | 'network' | 'restart';
  section: Section;
  flag: string | undefined;
  also: readonly string[];
}

const ROWS: readonly Option[] = [
  { key: 'image', section: 'image', flag: undefined, also: [] },
  { key: 'name', section: 'image', flag: '--name', also: ['container_name'] },
  { key: 'ports', section: 'ports', flag: '--publish', also: ['-p', 'PortBindings'] },
  { key: 'env', section: 'env', flag: '--env', also: ['-e', '--env-file', 'environment'] },
  { key: 'mounts', section: 'storage', flag: '--volume', also: ['-v', '--mount', '--tmpfs', 'Binds'] },
  { key: 'network', section: 'network', flag: '--network', also: ['--net', 'network_mode'] },
  { key: 'restart', section: 'restart', flag: '--restart', also: [] },
];

/** Everything the form has, in its order. */
export const OPTIONS: readonly Option[] = [
  ...ROWS,
  ...FIELD_KEYS.map((key): Option => {
    const { section, flag, also = [] } = fieldSpec(key);
    return { key, section, flag, also };
  }),
];

/**
 * Flags of `docker run` without a field. `client`: about the command itself, no container keeps it; `windows`: for
 * containers of Windows; `engine`: Davit cannot do it yet and refuses it from every client.
 */
export const WITHOUT_FIELD: Readonly<Record<string, 'client' | 'windows' | 'engine'>> = {
  '--attach': 'client',
  '--detach': 'client',
  '--detach-keys': 'client',
  '--cidfile': 'client',
  '--disable-content-trust': 'client',
  '--quiet': 'client',
  '--sig-proxy': 'client',
  '--pull': 'client',
  '--use-api-socket': 'client',
  '--cpu-count': 'windows',
  '--cpu-percent': 'windows',
  '--io-maxbandwidth': 'windows',
  '--io-maxiops': 'windows',
  '--isolation': 'windows',
  '--cgroup-parent': 'engine',
  '--cpu-rt-period': 'engine',
  '--cpu-rt-runtime': 'engine',
  '--gpus': 'engine',
  '--link-local-ip': 'engine',
  '--platform': 'engine',
  '--runtime': 'engine',
  '--storage-opt': 'engine',
  '--volume-driver': 'engine',
};

export interface Found {
  options: Option[];
  /** Flags that were meant and have no field. */
  without: { flag: string; why: 'client' | 'windows' | 'engine' }[];
}

const MOST = 8;

/** What somebody may mean by a flag, a compose key or words of a label: exact names first, then beginnings, then parts. */
export function searchOptions(query: string, labelOf: (option: Option) => string): Found {
  const wanted = plain(query);
  if (wanted === '') return { options: [], without: [] };
  const ranked = OPTIONS.map((option) => {
    const names = [option.key, option.flag ?? '', ...option.also].map(plain);
    return { option, rank: rankOf(wanted, names, labelOf(option).toLowerCase(), query.trim().toLowerCase()) };
  });
  return {
    options: ranked
      .filter(({ rank }) => rank > 0)
      .toSorted((a, b) => b.rank - a.rank)
      .slice(0, MOST)
      .map(({ option }) => option),
    without: Object.entries(WITHOUT_FIELD)
      .filter(([flag]) => wanted.length > 2 && plain(flag).startsWith(wanted))
      .map(([flag, why]) => ({ flag, why })),
  };
}

function rankOf(wanted: string, names: readonly string[], label: string, words: string): number {
  if (names.includes(wanted)) return 4;
  if (names.some((name) => name.startsWith(wanted))) return 3;
  if (label.startsWith(words)) return 3;
  return label.includes(words) || names.some((name) => name.includes(wanted)) ? 1 : 0;
}

/** `--mem-limit`, `mem_limit` and `MemLimit` are one name; a short flag keeps its case, `-P` is not `-p`. */
function plain(name: string): string {
  const trimmed = name.trim();
  if (/^-[a-zA-Z]$/.test(trimmed)) return trimmed;
  return (
    trimmed
      .split('=')[0]
      ?.replace(/^-+/, '')
      .replace(/[-_\s]/g, '')
      .toLowerCase() ?? ''
  );
}
