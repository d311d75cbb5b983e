import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OPTIONS, searchOptions, WITHOUT_FIELD } from './search-options.ts';

/** Each field of a create request of API 1.51 with the flag that sets it; fields a client fills in by itself have none. */
const FIELDS_OF_1_51: Readonly<Record<string, readonly string[]>> = {
  Hostname: ['--hostname', '-h'],
  Domainname: ['--domainname'],
  User: ['--user', '-u'],
  AttachStdin: ['--attach'],
  ExposedPorts: ['--expose'],
  Tty: ['--tty', '-t'],
  OpenStdin: ['--interactive', '-i'],
  StdinOnce: ['StdinOnce'],
  Env: ['--env', '-e', '--env-file'],
  Cmd: ['cmd'],
  Healthcheck: [
    '--health-cmd',
    '--health-interval',
    '--health-timeout',
    '--health-retries',
    '--health-start-period',
    '--health-start-interval',
    '--no-healthcheck',
  ],
  Image: ['image'],
  Volumes: ['--volume', '-v'],
  WorkingDir: ['--workdir', '-w'],
  Entrypoint: ['--entrypoint'],
  MacAddress: ['--mac-address'],
  Labels: ['--label', '-l', '--label-file'],
  StopSignal: ['--stop-signal'],
  StopTimeout: ['--stop-timeout'],
  Binds: ['--volume'],
  LogConfig: ['--log-driver', '--log-opt'],
  NetworkMode: ['--network', '--net'],
  PortBindings: ['--publish', '-p'],
  RestartPolicy: ['--restart'],
  AutoRemove: ['--rm'],
  VolumeDriver: ['--volume-driver'],
  VolumesFrom: ['--volumes-from'],
  Mounts: ['--mount'],
  Annotations: ['--annotation'],
  CapAdd: ['--cap-add'],
  CapDrop: ['--cap-drop'],
  CgroupnsMode: ['--cgroupns'],
  Dns: ['--dns'],
  DnsOptions: ['--dns-option', '--dns-opt'],
  DnsSearch: ['--dns-search'],
  ExtraHosts: ['--add-host'],
  GroupAdd: ['--group-add'],
  IpcMode: ['--ipc'],
  Links: ['--link'],
  OomScoreAdj: ['--oom-score-adj'],
  PidMode: ['--pid'],
  Privileged: ['--privileged'],
  PublishAllPorts: ['--publish-all', '-P'],
  ReadonlyRootfs: ['--read-only'],
  SecurityOpt: ['--security-opt'],
  StorageOpt: ['--storage-opt'],
  Tmpfs: ['--tmpfs'],
  UTSMode: ['--uts'],
  UsernsMode: ['--userns'],
  ShmSize: ['--shm-size'],
  Sysctls: ['--sysctl'],
  Runtime: ['--runtime'],
  Isolation: ['--isolation'],
  CpuShares: ['--cpu-shares', '-c'],
  Memory: ['--memory', '-m'],
  NanoCpus: ['--cpus'],
  CgroupParent: ['--cgroup-parent'],
  BlkioWeight: ['--blkio-weight'],
  BlkioWeightDevice: ['--blkio-weight-device'],
  BlkioDeviceReadBps: ['--device-read-bps'],
  BlkioDeviceWriteBps: ['--device-write-bps'],
  BlkioDeviceReadIOps: ['--device-read-iops'],
  BlkioDeviceWriteIOps: ['--device-write-iops'],
  CpuPeriod: ['--cpu-period'],
  CpuQuota: ['--cpu-quota'],
  CpuRealtimePeriod: ['--cpu-rt-period'],
  CpuRealtimeRuntime: ['--cpu-rt-runtime'],
  CpusetCpus: ['--cpuset-cpus'],
  CpusetMems: ['--cpuset-mems'],
  Devices: ['--device'],
  DeviceCgroupRules: ['--device-cgroup-rule'],
  DeviceRequests: ['--gpus'],
  MemoryReservation: ['--memory-reservation'],
  MemorySwap: ['--memory-swap'],
  MemorySwappiness: ['--memory-swappiness'],
  OomKillDisable: ['--oom-kill-disable'],
  Init: ['--init'],
  PidsLimit: ['--pids-limit'],
  Ulimits: ['--ulimit'],
  CpuCount: ['--cpu-count'],
  CpuPercent: ['--cpu-percent'],
  IOMaximumIOps: ['--io-maxiops'],
  IOMaximumBandwidth: ['--io-maxbandwidth'],
  EndpointsConfig: ['--network-alias', '--ip', '--ip6', '--link-local-ip'],
  name: ['--name'],
  platform: ['--platform'],
};

for (const [field, flags] of Object.entries(FIELDS_OF_1_51)) {
  test(`${field} is found by ${flags.join(', ')}`, () => {
    for (const flag of flags) {
      const { options, without } = searchOptions(flag, () => '');
      if (flag in WITHOUT_FIELD)
        assert.ok(
          without.some((one) => one.flag === flag),
          flag,
        );
      else assert.ok(options[0]?.flag === flag || options[0]?.also.includes(flag) || options[0]?.key === flag, flag);
    }
  });
}

const key = (query: string) => searchOptions(query, () => '').options[0]?.key;

test('compose keys, parts of a name and words of the label lead to the same field', () => {
  assert.deepEqual(
    [key('mem_limit'), key('pids_limit'), key('cap-a'), key('stop_grace_period')],
    ['memory', 'pidsLimit', 'capAdd', 'stopTimeout'],
  );
  const byLabel = searchOptions('内存', (option) => (option.key === 'memory' ? '内存上限' : ''));
  assert.deepEqual(
    byLabel.options.map((option) => option.key),
    ['memory'],
  );
});

test('short flags keep their case, a value behind a flag is not part of it', () => {
  assert.deepEqual([key('-p'), key('-P'), key('--memory=512m')], ['ports', 'publishAll', 'memory']);
  assert.deepEqual(
    searchOptions('  ', () => 'x'),
    { options: [], without: [] },
  );
});

test('no option is listed twice', () => {
  assert.equal(new Set(OPTIONS.map((option) => option.key)).size, OPTIONS.length);
});
