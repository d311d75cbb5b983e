import type { MountSpec } from '#engine/containers/index.ts';

/** Where volumes lie, by name. */
export type VolumePaths = ReadonlyMap<string, string>;

/** Volumes whose name nobody gave. */
const ANONYMOUS = /^[0-9a-f]{64}$/;

/** The `Mounts` of list and inspect. */
export function toMountPoints(mounts: readonly MountSpec[], volumes: VolumePaths) {
  return mounts
    .filter((mount) => mount.type !== 'tmpfs')
    .map((mount) => {
      if (mount.type === 'bind') {
        return {
          Type: 'bind',
          Source: mount.source,
          Destination: mount.target,
          Mode: mount.createSource === true && mount.readOnly ? 'ro' : '',
          RW: !mount.readOnly,
          Propagation: mount.propagation ?? 'rprivate',
        };
      }
      const name = mount.name ?? '';
      return {
        Type: 'volume',
        Name: name,
        Source: volumes.get(name) ?? '',
        Destination: mount.target,
        Driver: 'local',
        Mode: ANONYMOUS.test(name) ? '' : mount.readOnly ? 'ro' : 'z',
        RW: !mount.readOnly,
        Propagation: '',
      };
    });
}

/** The request as `HostConfig` tells it: what `-v` gave as `Binds`, what `--mount` gave as `Mounts`, and `Tmpfs`. */
export function toMountRequests(mounts: readonly MountSpec[]) {
  const binds: string[] = [];
  const specs: Record<string, unknown>[] = [];
  const tmpfs: Record<string, string> = {};
  for (const mount of mounts) {
    if (mount.type === 'tmpfs') tmpfs[mount.target] = tmpfsOptions(mount);
    else if (mount.type === 'volume' && mount.name !== undefined && !ANONYMOUS.test(mount.name)) {
      binds.push(`${mount.name}:${mount.target}${modes(mount.readOnly, mount.noCopy === true ? 'nocopy' : undefined)}`);
    } else if (mount.type === 'bind' && mount.createSource === true) {
      binds.push(`${mount.source}:${mount.target}${modes(mount.readOnly, mount.propagation)}`);
    } else if (mount.type === 'bind') {
      const { source, target, readOnly, propagation } = mount;
      specs.push({
        Type: 'bind',
        Source: source,
        Target: target,
        ...(readOnly ? { ReadOnly: true } : {}),
        ...(propagation === undefined ? {} : { BindOptions: { Propagation: propagation } }),
      });
    }
  }
  return {
    Binds: binds.length === 0 ? null : binds,
    ...(specs.length === 0 ? {} : { Mounts: specs }),
    ...(Object.keys(tmpfs).length === 0 ? {} : { Tmpfs: tmpfs }),
  };
}

function modes(readOnly: boolean, other: string | undefined): string {
  const words = [...(readOnly ? ['ro'] : []), ...(other === undefined ? [] : [other])];
  return words.length === 0 ? '' : `:${words.join(',')}`;
}

function tmpfsOptions({ sizeBytes, mode, options }: Extract<MountSpec, { type: 'tmpfs' }>): string {
  return [
    ...(options === undefined || options === '' ? [] : [options]),
    ...(sizeBytes === undefined ? [] : [`size=${sizeBytes}`]),
    ...(mode === undefined ? [] : [`mode=${mode.toString(8)}`]),
  ].join(',');
}
