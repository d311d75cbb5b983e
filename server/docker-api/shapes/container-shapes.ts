import { ENDPOINT } from './endpoint-shape.ts';
import {
  type BodyShape,
  FLAG,
  KEYS,
  list,
  map,
  number,
  object,
  type Shape,
  TEXT_MAP,
  TEXTS,
  text,
  WORDS,
} from './shape.ts';

const DURATION = number('int64', 'time.Duration');
const INT = number('int');
const INT64 = number('int64');
const CONSOLE_SIZE = list(number('uint'), '[2]uint');

const CONFIG: Readonly<Record<string, Shape>> = {
  Hostname: text(),
  Domainname: text(),
  User: text(),
  AttachStdin: FLAG,
  AttachStdout: FLAG,
  AttachStderr: FLAG,
  ExposedPorts: map(object('struct {}', {}), 'nat.PortSet'),
  Tty: FLAG,
  OpenStdin: FLAG,
  StdinOnce: FLAG,
  Env: TEXTS,
  Cmd: WORDS,
  Healthcheck: object('v1.HealthcheckConfig', {
    Test: TEXTS,
    Interval: DURATION,
    Timeout: DURATION,
    StartPeriod: DURATION,
    StartInterval: DURATION,
    Retries: INT,
  }),
  ArgsEscaped: FLAG,
  Image: text(),
  Volumes: KEYS,
  WorkingDir: text(),
  Entrypoint: WORDS,
  NetworkDisabled: FLAG,
  MacAddress: text(),
  OnBuild: TEXTS,
  Labels: TEXT_MAP,
  StopSignal: text(),
  StopTimeout: INT,
  Shell: WORDS,
};

const THROTTLES = list(
  object('blkiodev.ThrottleDevice', { Path: text(), Rate: number('uint64') }),
  '[]*blkiodev.ThrottleDevice',
);

const RESTART_POLICY = object('container.RestartPolicy', {
  Name: text('container.RestartPolicyMode'),
  MaximumRetryCount: INT,
});

const RESOURCES: Readonly<Record<string, Shape>> = {
  CpuShares: INT64,
  Memory: INT64,
  NanoCpus: INT64,
  CgroupParent: text(),
  BlkioWeight: number('uint16'),
  BlkioWeightDevice: list(
    object('blkiodev.WeightDevice', { Path: text(), Weight: number('uint16') }),
    '[]*blkiodev.WeightDevice',
  ),
  BlkioDeviceReadBps: THROTTLES,
  BlkioDeviceWriteBps: THROTTLES,
  BlkioDeviceReadIOps: THROTTLES,
  BlkioDeviceWriteIOps: THROTTLES,
  CpuPeriod: INT64,
  CpuQuota: INT64,
  CpuRealtimePeriod: INT64,
  CpuRealtimeRuntime: INT64,
  CpusetCpus: text(),
  CpusetMems: text(),
  Devices: list(
    object('container.DeviceMapping', { PathOnHost: text(), PathInContainer: text(), CgroupPermissions: text() }),
  ),
  DeviceCgroupRules: TEXTS,
  DeviceRequests: list(
    object('container.DeviceRequest', {
      Driver: text(),
      Count: INT,
      DeviceIDs: TEXTS,
      Capabilities: list(TEXTS),
      Options: TEXT_MAP,
    }),
  ),
  MemoryReservation: INT64,
  MemorySwap: INT64,
  MemorySwappiness: INT64,
  OomKillDisable: FLAG,
  PidsLimit: INT64,
  Ulimits: list(object('units.Ulimit', { Name: text(), Hard: INT64, Soft: INT64 }), '[]*units.Ulimit'),
  CpuCount: INT64,
  CpuPercent: INT64,
  IOMaximumIOps: number('uint64'),
  IOMaximumBandwidth: number('uint64'),
};

const MOUNT = object('mount.Mount', {
  Type: text('mount.Type'),
  Source: text(),
  Target: text(),
  ReadOnly: FLAG,
  Consistency: text('mount.Consistency'),
  BindOptions: object('mount.BindOptions', {
    Propagation: text('mount.Propagation'),
    NonRecursive: FLAG,
    CreateMountpoint: FLAG,
    ReadOnlyNonRecursive: FLAG,
    ReadOnlyForceRecursive: FLAG,
  }),
  VolumeOptions: object('mount.VolumeOptions', {
    NoCopy: FLAG,
    Labels: TEXT_MAP,
    Subpath: text(),
    DriverConfig: object('mount.Driver', { Name: text(), Options: TEXT_MAP }),
  }),
  ImageOptions: object('mount.ImageOptions', { Subpath: text() }),
  TmpfsOptions: object('mount.TmpfsOptions', {
    SizeBytes: INT64,
    Mode: number('uint32', 'fs.FileMode'),
    Options: list(TEXTS),
  }),
  ClusterOptions: object('mount.ClusterOptions', {}),
});

const HOST_CONFIG = object('container.HostConfig', {
  ...RESOURCES,
  Binds: TEXTS,
  ContainerIDFile: text(),
  LogConfig: object('container.LogConfig', { Type: text(), Config: TEXT_MAP }),
  NetworkMode: text('container.NetworkMode'),
  PortBindings: map(list(object('nat.PortBinding', { HostIp: text(), HostPort: text() })), 'nat.PortMap'),
  RestartPolicy: RESTART_POLICY,
  AutoRemove: FLAG,
  VolumeDriver: text(),
  VolumesFrom: TEXTS,
  ConsoleSize: CONSOLE_SIZE,
  Annotations: TEXT_MAP,
  CapAdd: WORDS,
  CapDrop: WORDS,
  CgroupnsMode: text('container.CgroupnsMode'),
  Dns: TEXTS,
  DnsOptions: TEXTS,
  DnsSearch: TEXTS,
  ExtraHosts: TEXTS,
  GroupAdd: TEXTS,
  IpcMode: text('container.IpcMode'),
  Cgroup: text('container.CgroupSpec'),
  Links: TEXTS,
  OomScoreAdj: INT,
  PidMode: text('container.PidMode'),
  Privileged: FLAG,
  PublishAllPorts: FLAG,
  ReadonlyRootfs: FLAG,
  SecurityOpt: TEXTS,
  StorageOpt: TEXT_MAP,
  Tmpfs: TEXT_MAP,
  UTSMode: text('container.UTSMode'),
  UsernsMode: text('container.UsernsMode'),
  ShmSize: INT64,
  Sysctls: TEXT_MAP,
  Runtime: text(),
  Isolation: text('container.Isolation'),
  Mounts: list(MOUNT),
  MaskedPaths: TEXTS,
  ReadonlyPaths: TEXTS,
  Init: FLAG,
});

/** Also of a commit, which reads the first part of it. */
export const CREATE_BODY: BodyShape = {
  name: '',
  shape: object('container.CreateRequest', {
    ...CONFIG,
    HostConfig: HOST_CONFIG,
    NetworkingConfig: object('network.NetworkingConfig', {
      EndpointsConfig: map(ENDPOINT, 'map[string]*network.EndpointSettings'),
    }),
  }),
};

export const UPDATE_BODY: BodyShape = {
  name: 'UpdateConfig',
  shape: object('container.UpdateConfig', { ...RESOURCES, RestartPolicy: RESTART_POLICY }),
};

export const EXEC_BODY: BodyShape = {
  name: 'ExecOptions',
  shape: object('container.ExecOptions', {
    User: text(),
    Privileged: FLAG,
    Tty: FLAG,
    ConsoleSize: CONSOLE_SIZE,
    AttachStdin: FLAG,
    AttachStderr: FLAG,
    AttachStdout: FLAG,
    DetachKeys: text(),
    Env: TEXTS,
    WorkingDir: text(),
    Cmd: TEXTS,
  }),
};

export const EXEC_START_BODY: BodyShape = {
  name: 'ExecStartOptions',
  shape: object('container.ExecStartOptions', { Detach: FLAG, Tty: FLAG, ConsoleSize: CONSOLE_SIZE }),
};
