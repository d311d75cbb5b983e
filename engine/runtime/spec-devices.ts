import { EngineError } from '../errors/index.ts';
import type { HostDevice } from './host-facts.ts';
import type { DeviceMapping, TaskSpec } from './runtime.ts';

/** A device file of the host at its place in the container. */
interface MappedDevice extends HostDevice {
  permissions: string;
}

interface DeviceRule {
  allow: boolean;
  type?: string;
  major?: number;
  minor?: number;
  access: string;
}

/**
 * Each asked device at its target; of a folder every device below it.
 *
 * @throws EngineError `invalid_argument` in Docker's words, which clients read the exit code from
 */
export function mappedDevices(
  wishes: readonly DeviceMapping[],
  devicesAt: (path: string) => HostDevice[] | undefined,
): MappedDevice[] {
  return wishes.flatMap(({ source, target, permissions }) => {
    const found = devicesAt(source);
    if (found === undefined) throw refused(source, 'no such file or directory');
    if (found.length === 0) throw refused(source, 'not a device node');
    return found.map((device) => ({ ...device, path: target + device.path.slice(source.length), permissions }));
  });
}

/** `linux.devices`: what is made in /dev; an asked one wins over the host's of the same name. */
export function deviceNodes(all: readonly HostDevice[], mapped: readonly MappedDevice[]): object[] {
  const byPath = new Map<string, HostDevice>();
  for (const { permissions: _permissions, ...device } of [
    ...all.map((one) => ({ ...one, permissions: '' })),
    ...mapped,
  ])
    byPath.set(device.path, device);
  return [...byPath.values()].map(({ mode, ...device }) => ({ ...device, fileMode: mode }));
}

/** Deny all, then Docker's own, then what was asked for. */
export function deviceRules(
  task: Pick<TaskSpec, 'privileged' | 'deviceRules'>,
  mapped: readonly MappedDevice[],
): DeviceRule[] {
  if (task.privileged) return [{ allow: true, access: 'rwm' }];
  const rule = (major: number, minor: number, allow = true) => ({ allow, type: 'c', major, minor, access: 'rwm' });
  const allowed = [rule(1, 5), rule(1, 3), rule(1, 9), rule(1, 8), rule(5, 0), rule(5, 1)];
  return [
    { allow: false, access: 'rwm' },
    ...allowed,
    rule(10, 229, false),
    ...mapped.map(({ type, major, minor, permissions }) => ({ allow: true, type, major, minor, access: permissions })),
    ...(task.deviceRules ?? []).map(parseDeviceRule),
  ];
}

/** `c 10:200 rwm`; a star stands for every number. @throws EngineError `invalid_argument` */
export function parseDeviceRule(text: string): DeviceRule {
  const [, type, major, minor, access] = /^([acb]) (\d+|\*):(\d+|\*) ([rwm]{1,3})$/.exec(text) ?? [];
  if (type === undefined || major === undefined || minor === undefined || access === undefined)
    throw new EngineError('invalid_argument', `invalid device cgroup rule format: '${text}'`, {
      reason: 'device_rule_invalid',
      field: 'deviceRules',
      rule: text,
    });
  return {
    allow: true,
    type,
    ...(major === '*' ? {} : { major: Number(major) }),
    ...(minor === '*' ? {} : { minor: Number(minor) }),
    access,
  };
}

function refused(path: string, why: string): EngineError {
  return new EngineError(
    'invalid_argument',
    `error gathering device information while adding custom device "${path}": ${why}`,
    {
      reason: 'device_missing',
      field: 'devices',
      path,
    },
  );
}
