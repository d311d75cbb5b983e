import { EngineError } from '../errors/index.ts';
import type { DeviceMount } from '../kernel/index.ts';

const KNOWN = ['type', 'o', 'device', 'size'];
/** As dockerd's local driver has it. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  device: ['type'],
  type: ['device'],
  o: ['device', 'type'],
};

/**
 * Options of driver local, refused in Docker's words.
 * @throws EngineError `invalid_argument`, `unsupported` (sizes need quotas, which no volume has)
 */
export function checkVolumeOptions(name: string, options: Readonly<Record<string, string>>): void {
  for (const option of Object.keys(options)) {
    if (!KNOWN.includes(option)) throw refused(name, 'volume_option_invalid', `invalid option: "${option}"`, option);
  }
  if (options['size'] !== undefined && !/^0+$/.test(options['size'])) {
    throw refused(name, 'volume_option_quota', 'quota size requested but no quota support', 'size');
  }
  for (const [option, others] of Object.entries(NEEDED)) {
    const missing = options[option] === undefined ? undefined : others.find((other) => options[other] === undefined);
    if (missing === undefined) continue;
    throw refused(name, 'volume_option_missing', `missing required option: "${missing}"`, missing);
  }
  const device = options['device'] ?? '';
  if (isBind(options) && !device.startsWith('/')) {
    throw refused(name, 'volume_device_relative', `device must be an absolute path: "${device}"`, 'device');
  }
}

function refused(name: string, reason: string, words: string, option: string): EngineError {
  return new EngineError('invalid_argument', `create ${name}: ${words}`, { reason, name, option });
}

/** What has to be mounted over the volume's folder while it is used; undefined for a plain one. */
export function mountOf(
  options: Readonly<Record<string, string>>,
  target: string,
): (DeviceMount & { isRemote: boolean }) | undefined {
  const { type, device, o = '' } = options;
  if (type === undefined || device === undefined) return undefined;
  return { source: device, target, type, options: o, isRemote: /^(nfs|nfs4|cifs|smb3)$/.test(type) };
}

/** Whether the volume is a folder of the host under another name. */
function isBind(options: Readonly<Record<string, string>>): boolean {
  return (options['o'] ?? '').split(',').some((option) => option === 'bind' || option === 'rbind');
}

/** Whether making it takes more than making a folder: only file systems in memory do the host no harm. */
export function reachesHost(options: Readonly<Record<string, string>>): boolean {
  const { type } = options;
  return Object.keys(options).length > 0 && (type !== 'tmpfs' || isBind(options));
}
