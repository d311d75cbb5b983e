import { arch } from 'node:os';
import type { Platform } from '#engine/oci/index.ts';
import { badRequest } from '../docker-error.ts';

const SYSTEMS = new Set(['linux', 'windows', 'darwin', 'macos', 'freebsd', 'openbsd', 'netbsd', 'solaris', 'plan9']);
const ARCHITECTURES = new Set([
  '386',
  'amd64',
  'arm',
  'arm64',
  'loong64',
  'mips64',
  'mips64le',
  'ppc64le',
  'riscv64',
  's390x',
]);
const OTHER_NAMES: Readonly<Record<string, string>> = {
  i386: '386',
  x86_64: 'amd64',
  'x86-64': 'amd64',
  x64: 'amd64',
  aarch64: 'arm64',
  armhf: 'arm',
};

const SYSTEM = '^([A-Za-z0-9_-]+)(?:\\(([A-Za-z0-9_.%-]*)((?:\\+[A-Za-z0-9_.%-]+)*)\\))?$';
const COMPONENT = '^[A-Za-z0-9_.-]+$';

/**
 * `linux/arm64/v8`, or a part of it that says the rest; undefined when not asked for.
 * @throws EngineError `invalid_argument` in the words of containerd's reader
 */
export function tryParsePlatform(text: string | null): Platform | undefined {
  if (text === null || text === '') return undefined;
  const shown = JSON.stringify(text);
  const parts = splitInFour(text);
  for (const [at, part] of parts.entries()) {
    const [kind, words, pattern] =
      at === 0 ? ['OS component', 'OSAndVersion', SYSTEM] : ['component', 'platform', COMPONENT];
    if (new RegExp(pattern).test(part)) continue;
    const rule = `${words} specifier component must match ${JSON.stringify(pattern)}: invalid argument`;
    throw badRequest(`${JSON.stringify(part)} is an invalid ${kind} of ${shown}: ${rule}`, 'platform_invalid');
  }
  const [first = '', second, variant] = parts.map((part) => part.toLowerCase());
  if (parts.length > 3)
    throw badRequest(`${shown}: cannot parse platform specifier: invalid argument`, 'platform_invalid');
  if (second !== undefined) {
    return { os: first, architecture: architectureOf(second), ...(variant !== undefined && { variant }) };
  }
  if (SYSTEMS.has(first)) return { os: first, architecture: architectureOf(arch()) };
  if (ARCHITECTURES.has(architectureOf(first))) return { os: 'linux', architecture: architectureOf(first) };
  throw badRequest(`${shown}: unknown operating system or architecture: invalid argument`, 'platform_unknown');
}

/** The fourth part has the rest. */
function splitInFour(text: string): string[] {
  const parts = text.split('/');
  return parts.length > 4 ? [...parts.slice(0, 3), parts.slice(3).join('/')] : parts;
}

function architectureOf(word: string): string {
  return OTHER_NAMES[word] ?? word;
}
