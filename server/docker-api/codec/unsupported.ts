import { badRequest } from '../docker-error.ts';
import type { JsonObject } from './json-object.ts';

type IsSet = (value: unknown) => boolean;

const notEmpty: IsSet = (value) =>
  typeof value === 'object' && value !== null
    ? Object.keys(value).length > 0
    : value !== undefined && value !== '' && value !== 0 && value !== false;
const otherThan =
  (...fine: unknown[]): IsSet =>
  (value) =>
    value !== undefined && !fine.includes(value);

/** What the engine cannot do. A field leaves this table when the engine learns it. */
const UNSUPPORTED: Readonly<Record<'HostConfig', Readonly<Record<string, IsSet>>>> = {
  HostConfig: {
    Cgroup: notEmpty,
    Runtime: otherThan('', 'runc', 'io.containerd.runc.v2'),
    Isolation: otherThan('', 'default'),
    CgroupParent: notEmpty,
    CpuRealtimePeriod: notEmpty,
    CpuRealtimeRuntime: notEmpty,
    DeviceRequests: notEmpty,
    StorageOpt: notEmpty,
    IOMaximumIOps: notEmpty,
    IOMaximumBandwidth: notEmpty,
  },
};

/** Sentences where dockerd has its own, or where a reason helps. */
const WORDS: Readonly<Record<string, (value: unknown) => string>> = {
  'HostConfig.CgroupParent': (value) =>
    `cgroup-parent ${value} is not supported: control groups of containers lie below that of this Davit, which counts and cleans them up`,
  'HostConfig.CpuRealtimePeriod': () =>
    'kernel does not support CPU real-time scheduler (HostConfig.CpuRealtimePeriod)',
  'HostConfig.CpuRealtimeRuntime': () =>
    'kernel does not support CPU real-time scheduler (HostConfig.CpuRealtimeRuntime)',
  'HostConfig.Runtime': (value) => `unknown or invalid runtime name: ${value}`,
  'HostConfig.Isolation': (value) => `invalid isolation (${value}): linux only supports 'default'`,
  'HostConfig.IOMaximumIOps': () => 'invalid option: QoS maximum IOPs configuration is not supported on linux',
  'HostConfig.IOMaximumBandwidth': () =>
    'invalid option: QoS maximum bandwidth configuration is not supported on linux',
  'HostConfig.DeviceRequests': wordsOfDevices,
  'HostConfig.StorageOpt': (value) =>
    `--storage-opt ${Object.keys(value ?? {}).join(', ')} is not supported: the layers of Davit have no quota of their own`,
};

/** @throws EngineError `invalid_argument` naming the first field that is asked for in vain */
export function refuseUnsupported(part: keyof typeof UNSUPPORTED, object: JsonObject): void {
  for (const [field, isSet] of Object.entries(UNSUPPORTED[part])) {
    const value = object.raw(field);
    if (!isSet(value)) continue;
    const name = `${part}.${field}`;
    throw badRequest(WORDS[name]?.(value) ?? `Davit does not support ${name} yet`, 'field_unsupported');
  }
}

/** `--gpus` and CDI devices, as a dockerd without drivers for them says it. */
function wordsOfDevices(value: unknown): string {
  const [first] = Array.isArray(value) ? value : [];
  const {
    Driver = '',
    Capabilities,
    DeviceIDs,
  }: Partial<Record<string, unknown>> = typeof first === 'object' && first !== null ? first : {};
  const listOf = (list: unknown): string => `[${Array.isArray(list) ? list.map(wordOf).join(' ') : ''}]`;
  const wordOf = (item: unknown): string => (Array.isArray(item) ? listOf(item) : String(item));
  if (Driver === 'cdi') {
    const names = Array.isArray(DeviceIDs) ? DeviceIDs.join(', ') : '';
    return `CDI device injection failed: unresolvable CDI devices ${names}`;
  }
  return `could not select device driver "${Driver}" with capabilities: ${listOf(Capabilities)}`;
}
