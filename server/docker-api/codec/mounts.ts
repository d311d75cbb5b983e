import type { MountSpec } from '#engine/containers/index.ts';

/** Where volumes lie, by name. */
export type VolumePaths = ReadonlyMap<string, string>;

/** Volumes whose name nobody gave. */
const ANONYMOUS = /^[0-9a-f]{64}$/;

/** The `Mounts` of list and inspect; places in memory are there only when `--mount` asked for them. */
export function toMountPoints(mounts: readonly MountSpec[], volumes: VolumePaths) {
  return mounts.flatMap((mount) => {
    if (mount.type === 'tmpfs') return mount.long === true ? [toMemoryPoint(mount)] : [];
    if (mount.type === 'bind') {
      return {
        Type: 'bind',
        Source: mount.source,
        Destination: mount.target,
        Mode: mount.long === true ? '' : modeWords(mount.createSource === true && mount.readOnly, mount.propagation),
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
      Mode: mount.long === true ? 'z' : ANONYMOUS.test(name) ? '' : mount.readOnly ? 'ro' : 'z',
      RW: !mount.readOnly,
      Propagation: '',
    };
  });
}

function toMemoryPoint({ target, options = '' }: Extract<MountSpec, { type: 'tmpfs' }>) {
  const RW = !options.split(',').includes('ro');
  return { Type: 'tmpfs', Source: '', Destination: target, Mode: '', RW, Propagation: '' };
}

/** The request as `HostConfig` tells it: what `-v` gave as `Binds`, what `--mount` gave as `Mounts`, and `Tmpfs`. */
export function toMountRequests(mounts: readonly MountSpec[]) {
  const binds: string[] = [];
  const specs: object[] = [];
  const tmpfs: Record<string, string> = {};
  for (const mount of mounts) {
    if (mount.long === true || (mount.type === 'bind' && mount.createSource !== true)) specs.push(toLongForm(mount));
    else if (mount.type === 'tmpfs') tmpfs[mount.target] = tmpfsOptions(mount);
    else if (mount.type === 'bind') {
      binds.push(joined(mount.source, mount.target, modeWords(mount.readOnly, mount.propagation)));
    } else if (mount.name !== undefined && !ANONYMOUS.test(mount.name)) {
      const noCopy = mount.noCopy === true ? 'nocopy' : undefined;
      binds.push(joined(mount.name, mount.target, modeWords(mount.readOnly, noCopy)));
    }
  }
  return {
    Binds: binds.length === 0 ? null : binds,
    ...(specs.length === 0 ? {} : { Mounts: specs }),
    ...(Object.keys(tmpfs).length === 0 ? {} : { Tmpfs: tmpfs }),
  };
}

/** One of `HostConfig.Mounts`. */
function toLongForm(mount: MountSpec): object {
  const about = { Type: mount.type, Target: mount.target };
  switch (mount.type) {
    case 'bind': {
      const options = given({
        Propagation: mount.propagation,
        NonRecursive: mount.nonRecursive,
        CreateMountpoint: mount.createSource,
        ReadOnlyNonRecursive: mount.readOnlyRecursion === 'none' || undefined,
        ReadOnlyForceRecursive: mount.readOnlyRecursion === 'force' || undefined,
      });
      return { ...about, Source: mount.source, ...readOnly(mount), ...part('BindOptions', options) };
    }
    case 'volume': {
      const driver = given({ Options: mount.driverOptions });
      const options = given({ NoCopy: mount.noCopy, Labels: mount.labels, Subpath: mount.subpath });
      const all = { ...options, ...part('DriverConfig', driver) };
      return { ...about, ...given({ Source: mount.name }), ...readOnly(mount), ...part('VolumeOptions', all) };
    }
    case 'tmpfs': {
      const options = given({ SizeBytes: mount.sizeBytes, Mode: mount.mode });
      return { ...about, ...(mount.options === 'ro' ? { ReadOnly: true } : {}), ...part('TmpfsOptions', options) };
    }
  }
}

function readOnly(mount: { readOnly: boolean }): object {
  return mount.readOnly ? { ReadOnly: true } : {};
}

function given(values: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function part(name: string, value: object): object {
  return Object.keys(value).length === 0 ? {} : { [name]: value };
}

function joined(source: string, target: string, mode: string): string {
  return [source, target, ...(mode === '' ? [] : [mode])].join(':');
}

function modeWords(isReadOnly: boolean, other: string | undefined): string {
  return [...(isReadOnly ? ['ro'] : []), ...(other === undefined ? [] : [other])].join();
}

function tmpfsOptions({ sizeBytes, mode, options, text }: Extract<MountSpec, { type: 'tmpfs' }>): string {
  if (text !== undefined) return text;
  return [
    ...(options === undefined || options === '' ? [] : [options]),
    ...(sizeBytes === undefined ? [] : [`size=${sizeBytes}`]),
    ...(mode === undefined ? [] : [`mode=${mode.toString(8)}`]),
  ].join(',');
}
