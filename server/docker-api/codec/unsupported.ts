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

/** What the engine cannot do yet. A field leaves this table when the engine learns it. */
const UNSUPPORTED: Readonly<Record<'HostConfig' | 'EndpointSettings', Readonly<Record<string, IsSet>>>> = {
  HostConfig: {
    VolumeDriver: otherThan('', 'local'),
    Cgroup: notEmpty,
    Runtime: otherThan('', 'runc', 'io.containerd.runc.v2'),
    Isolation: otherThan('', 'default'),
    CgroupParent: notEmpty,
    CpuRealtimePeriod: notEmpty,
    CpuRealtimeRuntime: notEmpty,
    DeviceRequests: notEmpty,
    StorageOpt: notEmpty,
  },
  EndpointSettings: {
    DriverOpts: notEmpty,
  },
};

/** Sentences where dockerd has its own. */
const WORDS: Readonly<Record<string, (value: unknown) => string>> = {
  'HostConfig.Runtime': (value) => `unknown or invalid runtime name: ${value}`,
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
