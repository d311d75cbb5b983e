import type { ContainerDetail } from '../../../_lib/trpc.ts';
import type { CreateForm, MountRow, TextKey } from './create-form.ts';
import { formatMountOptions } from './mount-options.ts';
import { formatPair } from './pair-lines.ts';
import { formatDevice, formatEndpoint, formatMs, formatSize, formatUlimit } from './parse-entries.ts';
import { quoteWord } from './quote-word.ts';
import { emptyForm, newEnv, newMount, newPort } from './view-model.ts';

type Config = ContainerDetail['config'];

/** The form that makes a container like this one: what was asked for, without what the image or Docker fills in. */
export function fromConfig(config: Config): CreateForm {
  return {
    ...emptyForm(config.image),
    ...textsOf(config),
    ...resourcesOf(config.resources),
    ...networkOf(config),
    ...healthOf(config.healthcheck),
    ...logOf(config.log),
    tty: config.tty,
    openStdin: config.openStdin,
    stdinOnce: config.stdinOnce,
    init: config.init,
    publishAll: config.publishAll,
    autoRemove: config.autoRemove,
    readonlyRootfs: config.readonlyRootfs,
    privileged: config.privileged,
    restart: config.restart.name,
    maxRetries: config.restart.maxRetries === 0 ? '' : String(config.restart.maxRetries),
    ports: config.ports.map(({ hostAddress, hostPort, hostPortEnd, containerPort, protocol }, index) => ({
      ...newPort([], {
        hostAddress,
        hostPort: [hostPort, hostPortEnd].filter((port) => port !== undefined).join('-'),
        containerPort: String(containerPort),
        protocol,
      }),
      key: String(index + 1),
    })),
    env: config.env.map((entry, index) => {
      const [name = '', ...value] = entry.split('=');
      return { ...newEnv([], { name, value: value.join('=') }), key: String(index + 1) };
    }),
    mounts: config.mounts.map((mount, index) => ({ ...mountOf(mount), key: String(index + 1) })),
  };
}

type Texts = Partial<Record<TextKey, string>>;

function textsOf(config: Config): Texts {
  const published = new Set(config.ports.map(({ containerPort, protocol }) => `${containerPort}/${protocol}`));
  return {
    entrypoint: (config.entrypoint ?? []).map(quoteWord).join(' '),
    command: (config.command ?? []).map(quoteWord).join(' '),
    workingDir: config.workingDir ?? '',
    user: config.user ?? '',
    groupAdd: lines(config.groupAdd),
    stopSignal: config.stopSignal ?? '',
    stopTimeout: digits(config.stopTimeoutSeconds),
    hostname: config.hostname ?? '',
    domainname: config.domainname ?? '',
    expose: lines(config.exposedPorts.filter((port) => !published.has(port))),
    volumesFrom: lines(config.volumesFrom),
    links: lines(config.links),
    dns: lines(config.dns),
    dnsSearch: lines(config.dnsSearch),
    dnsOptions: lines(config.dnsOptions),
    extraHosts: lines(config.extraHosts),
    shmSize: config.shmSizeBytes === undefined ? '' : formatSize(config.shmSizeBytes),
    ulimits: lines(config.ulimits.map(formatUlimit)),
    oomScoreAdj: config.oomScoreAdj === 0 ? '' : String(config.oomScoreAdj),
    capAdd: lines(config.capAdd),
    capDrop: lines(config.capDrop),
    securityOpt: lines(config.securityOpt),
    devices: lines((config.devices ?? []).map(formatDevice)),
    deviceRules: lines(config.deviceRules),
    sysctls: pairs(config.sysctls),
    pidMode: config.pidMode ?? '',
    ipcMode: config.ipcMode ?? '',
    utsMode: config.utsMode ?? '',
    usernsMode: config.usernsMode ?? '',
    cgroupnsMode: config.cgroupnsMode ?? '',
    labels: pairs(config.labels),
    annotations: pairs(config.annotations ?? {}),
  };
}

function resourcesOf(limits: Config['resources']): Texts & Pick<CreateForm, 'oomKillDisable'> {
  const { memoryBytes, memorySwapBytes: swap, nanoCpus } = limits;
  const size = (bytes: number | undefined) => (bytes === undefined ? '' : formatSize(bytes));
  const rates = (list: Config['resources']['blkioReadBps'], plain: boolean) =>
    lines((list ?? []).map(({ path, rate }) => `${path}:${plain ? rate : formatSize(rate)}`));
  return {
    memory: size(memoryBytes),
    memoryReservation: size(limits.memoryReservationBytes),
    // Twice the memory is what a limit of memory alone brings with it.
    memorySwap: swap === -1 ? '-1' : swap === (memoryBytes ?? 0) * 2 ? '' : size(swap),
    memorySwappiness: digits(limits.memorySwappiness),
    cpus: nanoCpus === undefined ? '' : String(nanoCpus / 1e9),
    cpuShares: digits(limits.cpuShares),
    cpuPeriod: digits(limits.cpuPeriod),
    cpuQuota: digits(limits.cpuQuota),
    cpusetCpus: limits.cpusetCpus ?? '',
    cpusetMems: limits.cpusetMems ?? '',
    pidsLimit: digits(limits.pidsLimit),
    blkioWeight: digits(limits.blkioWeight),
    blkioWeightDevices: lines((limits.blkioWeightDevices ?? []).map(({ path, weight }) => `${path}:${weight}`)),
    readBps: rates(limits.blkioReadBps, false),
    writeBps: rates(limits.blkioWriteBps, false),
    readIops: rates(limits.blkioReadIops, true),
    writeIops: rates(limits.blkioWriteIops, true),
    oomKillDisable: limits.oomKillDisable === true,
  };
}

function networkOf({ network, networks = [], macAddress }: Config): Partial<CreateForm> {
  if (network.startsWith('container:')) {
    return {
      network: 'container:',
      networkContainer: network.slice('container:'.length),
      macAddress: macAddress ?? '',
    };
  }
  const own = networks.find((endpoint) => endpoint.network === network);
  const others = networks.filter((endpoint) => endpoint !== own);
  // What the fields of the first network have no place for stands among the lines.
  const rest = own?.priority === undefined ? [] : [{ network, priority: own.priority }];
  return {
    network,
    networkAliases: lines(own?.aliases),
    ip: own?.ipv4 ?? '',
    ip6: own?.ipv6 ?? '',
    macAddress: macAddress ?? own?.mac ?? '',
    moreNetworks: lines([...rest, ...others].map(formatEndpoint)),
  };
}

function healthOf(check: Config['healthcheck']): Partial<CreateForm> {
  if (check === undefined) return {};
  const [kind, ...words] = check.test ?? [];
  const ms = (value: number | undefined) => (value === undefined || value === 0 ? '' : formatMs(value));
  return {
    noHealthcheck: kind === 'NONE',
    healthCmd: kind === 'CMD-SHELL' ? words.join(' ') : kind === 'CMD' ? JSON.stringify(words) : '',
    healthInterval: ms(check.intervalMs),
    healthTimeout: ms(check.timeoutMs),
    healthStartPeriod: ms(check.startPeriodMs),
    healthStartInterval: ms(check.startIntervalMs),
    healthRetries: check.retries === undefined || check.retries === 0 ? '' : String(check.retries),
  };
}

function logOf({ driver, options, maxBytes, maxFiles }: Config['log']): Texts {
  const sizes = {
    ...(maxBytes === undefined || maxBytes === 0 ? {} : { 'max-size': formatSize(maxBytes) }),
    ...(maxFiles === undefined ? {} : { 'max-file': String(maxFiles) }),
  };
  return { logDriver: driver === 'json-file' ? '' : driver, logOptions: pairs({ ...sizes, ...options }) };
}

function mountOf(mount: Config['mounts'][number]): MountRow {
  const { type, target } = mount;
  const options = formatMountOptions(mount);
  if (type === 'tmpfs') {
    const readOnly = (mount.options ?? '').split(',').includes('ro');
    const size = mount.sizeBytes === undefined ? '' : formatSize(mount.sizeBytes);
    return newMount([], { type, target, readOnly, size, options });
  }
  const source = type === 'bind' ? mount.source : (mount.name ?? '');
  return newMount([], { type, source, target, readOnly: mount.readOnly, options });
}

function lines(list: readonly string[] | undefined): string {
  return (list ?? []).join('\n');
}

function pairs(map: Readonly<Record<string, string>>): string {
  return lines(Object.entries(map).map(([key, value]) => formatPair(key, value)));
}

function digits(value: number | undefined): string {
  return value === undefined ? '' : String(value);
}
