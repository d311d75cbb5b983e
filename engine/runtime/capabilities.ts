import { EngineError } from '../errors/index.ts';

/** Every capability by its bit number in the kernel. */
const ALL = [
  ...['CHOWN', 'DAC_OVERRIDE', 'DAC_READ_SEARCH', 'FOWNER', 'FSETID', 'KILL', 'SETGID', 'SETUID', 'SETPCAP'],
  ...['LINUX_IMMUTABLE', 'NET_BIND_SERVICE', 'NET_BROADCAST', 'NET_ADMIN', 'NET_RAW', 'IPC_LOCK', 'IPC_OWNER'],
  ...['SYS_MODULE', 'SYS_RAWIO', 'SYS_CHROOT', 'SYS_PTRACE', 'SYS_PACCT', 'SYS_ADMIN', 'SYS_BOOT', 'SYS_NICE'],
  ...['SYS_RESOURCE', 'SYS_TIME', 'SYS_TTY_CONFIG', 'MKNOD', 'LEASE', 'AUDIT_WRITE', 'AUDIT_CONTROL', 'SETFCAP'],
  ...['MAC_OVERRIDE', 'MAC_ADMIN', 'SYSLOG', 'WAKE_ALARM', 'BLOCK_SUSPEND', 'AUDIT_READ', 'PERFMON', 'BPF'],
  'CHECKPOINT_RESTORE',
].map((name) => `CAP_${name}`);

/** What a container has unless asked otherwise, in Docker's order. */
export const DEFAULT_CAPS: readonly string[] = [
  ...['CHOWN', 'DAC_OVERRIDE', 'FSETID', 'FOWNER', 'MKNOD', 'NET_RAW', 'SETGID', 'SETUID', 'SETFCAP', 'SETPCAP'],
  ...['NET_BIND_SERVICE', 'SYS_CHROOT', 'KILL', 'AUDIT_WRITE'],
].map((name) => `CAP_${name}`);

/** The names in a bit set such as `CapBnd` of /proc/self/status. */
export function capsOfMask(hex: string): string[] {
  const mask = BigInt(`0x${hex.trim()}`);
  return ALL.filter((_, bit) => ((mask >> BigInt(bit)) & 1n) === 1n);
}

/**
 * Bounding set of a container from `--cap-add`, `--cap-drop` and `--privileged`, limited to what the host has.
 *
 * @throws EngineError `invalid_argument` for a name that does not exist or that the host cannot give.
 */
export function resolveCaps(
  wish: { add: readonly string[]; drop: readonly string[]; privileged: boolean },
  host: readonly string[],
): string[] {
  const add = wish.add.map((name) => normalise('CapAdd', name));
  const drop = wish.drop.map((name) => normalise('CapDrop', name));
  if (wish.privileged) return [...host];
  const missing = add.find((cap) => cap !== 'ALL' && !host.includes(cap));
  if (missing !== undefined) throw unavailable(missing);
  // ALL in either list means "start from there"; the other list then names the exceptions.
  if (add.includes('ALL')) return host.filter((cap) => !drop.includes(cap));
  const base = drop.includes('ALL') ? [] : DEFAULT_CAPS.filter((cap) => host.includes(cap) && !drop.includes(cap));
  return [...base, ...add.filter((cap, at) => !base.includes(cap) && add.indexOf(cap) === at)];
}

function normalise(field: string, name: string): string {
  const upper = name.toUpperCase();
  if (upper === 'ALL') return 'ALL';
  const cap = upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
  if (ALL.includes(cap)) return cap;
  throw new EngineError('invalid_argument', `invalid ${field}: unknown capability: "${cap}"`, {
    reason: 'capability_unknown',
    name,
  });
}

function unavailable(cap: string): EngineError {
  return new EngineError(
    'invalid_argument',
    `invalid CapAdd: capability not supported by your kernel or not available in the current environment: "${cap}"`,
    { reason: 'capability_unavailable', name: cap },
  );
}
