import { z } from 'zod';
import { imageChanges } from '../images/images.schema.ts';
import { environmentInput, objectName, ref, signalName } from '../input.schema.ts';
import { endpointConfig } from '../networks/networks.schema.ts';

const STATUSES = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'] as const;

export const listContainersInput = environmentInput.extend({
  all: z.boolean().default(true),
  ids: z.array(z.string().max(64)).max(100).optional(),
  status: z.array(z.enum(STATUSES)).max(7).optional(),
  name: z.array(z.string().max(255)).max(20).optional(),
  label: z.array(z.string().max(512)).max(20).optional(),
  ancestor: z.array(z.string().max(255)).max(20).optional(),
  health: z
    .array(z.enum(['starting', 'healthy', 'unhealthy', 'none']))
    .max(4)
    .optional(),
});

export const containerInput = environmentInput.extend({ containerId: ref });

export const topInput = containerInput.extend({ psArgs: z.string().max(512).optional() });

export const containerSizesInput = environmentInput.extend({ containerIds: z.array(ref).max(200) });

export const stopContainerInput = containerInput.extend({
  signal: signalName.optional(),
  timeoutSeconds: z.number().int().min(-1).max(3600).optional(),
});
export const killContainerInput = containerInput.extend({ signal: signalName.default('SIGKILL') });
export const signalProcessInput = containerInput.extend({
  pid: z.number().int().min(1).max(4_194_304),
  startedAt: z.date(),
  signal: signalName,
});
export const renameContainerInput = containerInput.extend({ name: objectName });
export const removeContainerInput = containerInput.extend({
  force: z.boolean().default(false),
  volumes: z.boolean().default(false),
});

/** One verb for many. */
export const bulkContainersInput = environmentInput.extend({
  verb: z.enum(['start', 'stop', 'restart', 'kill', 'pause', 'unpause', 'remove']),
  containerIds: z.array(ref).min(1).max(1_000),
  /** Of `kill`. */
  signal: signalName.optional(),
  /** Of `remove`: those that may be running. */
  forcedIds: z.array(ref).max(1_000).default([]),
});

export const containerPathInput = containerInput.extend({
  path: z
    .string()
    .max(4096)
    .regex(/^\/[^\0]*$/, 'path_not_absolute'),
});
export const commitContainerInput = containerInput.extend({
  reference: z.string().trim().min(1).max(255).optional(),
  changes: imageChanges.default([]),
  author: z.string().max(256).optional(),
  message: z.string().max(1024).optional(),
  pause: z.boolean().default(true),
});

const port = z.number().int().min(1).max(65_535);
const protocol = z.enum(['tcp', 'udp']);
const absolutePath = z.string().max(4096).regex(/^\//, 'path_not_absolute');
const text = z.string().max(32_768);
const bytes = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);

const portBinding = z.strictObject({
  protocol: protocol.default('tcp'),
  containerPort: port,
  hostAddress: z.string().max(64).default(''),
  hostPort: port.optional(),
  hostPortEnd: port.optional(),
});

const mountSpec = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('volume'),
    name: objectName.optional(),
    target: absolutePath,
    readOnly: z.boolean().default(false),
    noCopy: z.boolean().optional(),
    subpath: z.string().min(1).max(4096).optional(),
  }),
  z.strictObject({
    type: z.literal('bind'),
    source: absolutePath,
    target: absolutePath,
    readOnly: z.boolean().default(false),
    propagation: z.enum(['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave']).optional(),
    createSource: z.boolean().optional(),
    nonRecursive: z.boolean().optional(),
    readOnlyRecursion: z.enum(['none', 'force']).optional(),
  }),
  z.strictObject({
    type: z.literal('tmpfs'),
    target: absolutePath,
    sizeBytes: bytes.optional(),
    mode: z.number().int().min(0).max(0o7777).optional(),
    options: z.string().max(512).optional(),
  }),
]);

const restartPolicy = z.strictObject({
  name: z.enum(['no', 'always', 'unless-stopped', 'on-failure']),
  maxRetries: z.number().int().min(0).max(1000).default(0),
});

const deviceRates = z.array(z.strictObject({ path: absolutePath, rate: bytes })).max(64);

const resources = z.strictObject({
  memoryBytes: bytes.optional(),
  memorySwapBytes: z.number().int().min(-1).optional(),
  memoryReservationBytes: bytes.optional(),
  nanoCpus: bytes.optional(),
  cpuShares: z.number().int().min(0).max(262_144).optional(),
  cpuPeriod: z.number().int().min(0).optional(),
  cpuQuota: z.number().int().min(-1).optional(),
  cpusetCpus: z.string().max(256).optional(),
  cpusetMems: z.string().max(256).optional(),
  pidsLimit: z.number().int().min(-1).optional(),
  oomKillDisable: z.boolean().optional(),
  memorySwappiness: z.number().int().min(0).max(100).optional(),
  blkioWeight: z.number().int().min(0).max(1000).optional(),
  blkioWeightDevices: z
    .array(z.strictObject({ path: absolutePath, weight: z.number().int().min(0).max(1000) }))
    .max(64)
    .optional(),
  blkioReadBps: deviceRates.optional(),
  blkioWriteBps: deviceRates.optional(),
  blkioReadIops: deviceRates.optional(),
  blkioWriteIops: deviceRates.optional(),
});

const milliseconds = z.number().min(0).max(86_400_000);

const healthCheck = z.strictObject({
  test: z.array(text).max(1000).optional(),
  intervalMs: milliseconds.optional(),
  timeoutMs: milliseconds.optional(),
  startPeriodMs: milliseconds.optional(),
  startIntervalMs: milliseconds.optional(),
  retries: z.number().int().min(0).max(1000).optional(),
});

/** The request as the form sends it; what is left out gets Docker's default. */
const containerConfig = z.strictObject({
  image: ref,
  entrypoint: z.array(text).max(1000).optional(),
  command: z.array(text).max(1000).optional(),
  env: z
    .array(
      z
        .string()
        .max(131_072)
        .regex(/^[^=\0]+(=[^\0]*)?$/, 'env_format'),
    )
    .max(2000)
    .default([]),
  workingDir: absolutePath.optional(),
  user: z.string().max(256).optional(),
  hostname: z.string().max(63).optional(),
  domainname: z.string().max(253).optional(),
  tty: z.boolean().default(false),
  openStdin: z.boolean().default(false),
  stdinOnce: z.boolean().default(false),
  labels: z.record(z.string().min(1).max(512), text).default({}),
  stopSignal: signalName.optional(),
  stopTimeoutSeconds: z.number().int().min(-1).max(86_400).optional(),
  exposedPorts: z
    .array(z.string().regex(/^\d{1,5}\/(tcp|udp)$/, 'port_format'))
    .max(1000)
    .default([]),
  ports: z.array(portBinding).max(1000).default([]),
  publishAll: z.boolean().default(false),
  mounts: z.array(mountSpec).max(200).default([]),
  volumesFrom: z.array(z.string().min(1).max(512)).max(50).optional(),
  links: z.array(z.string().min(1).max(512)).max(50).optional(),
  network: z.string().min(1).max(128).default('bridge'),
  networks: z.array(endpointConfig).max(64).optional(),
  restart: restartPolicy.default({ name: 'no', maxRetries: 0 }),
  autoRemove: z.boolean().default(false),
  resources: resources.default({}),
  readonlyRootfs: z.boolean().default(false),
  privileged: z.boolean().default(false),
  capAdd: z.array(z.string().max(64)).max(64).default([]),
  capDrop: z.array(z.string().max(64)).max(64).default([]),
  securityOpt: z.array(text).max(32).default([]),
  sysctls: z.record(z.string().max(256), z.string().max(256)).default({}),
  ulimits: z
    .array(z.strictObject({ name: z.string().max(32), soft: z.number().int(), hard: z.number().int() }))
    .max(32)
    .default([]),
  shmSizeBytes: bytes.optional(),
  oomScoreAdj: z.number().int().min(-1000).max(1000).default(0),
  init: z.boolean().default(false),
  extraHosts: z.array(z.string().max(512)).max(200).default([]),
  dns: z.array(z.string().max(64)).max(10).default([]),
  dnsSearch: z.array(z.string().max(253)).max(10).default([]),
  dnsOptions: z.array(z.string().max(64)).max(20).default([]),
  pidMode: z.string().max(128).optional(),
  ipcMode: z.string().max(128).optional(),
  utsMode: z.string().max(128).optional(),
  usernsMode: z.string().max(128).optional(),
  cgroupnsMode: z.enum(['host', 'private']).optional(),
  healthcheck: healthCheck.optional(),
  devices: z
    .array(z.strictObject({ source: z.string().max(4096), target: absolutePath, permissions: z.string().max(3) }))
    .max(64)
    .optional(),
  deviceRules: z.array(z.string().max(64)).max(64).optional(),
  groupAdd: z.array(z.string().max(64)).max(64).optional(),
  annotations: z.record(z.string().min(1).max(512), text).optional(),
  macAddress: z.string().max(17).optional(),
  log: z
    .strictObject({
      driver: z.string().max(64),
      maxBytes: bytes.optional(),
      maxFiles: z.number().int().min(1).max(100).optional(),
      options: z.record(z.string().max(64), z.string().max(1024)).optional(),
    })
    .default({ driver: 'json-file' }),
});

export const createContainerInput = environmentInput.extend({
  name: objectName.optional(),
  /** Of a name that leads to several; default: the one of this host. */
  platform: z
    .strictObject({
      os: z.string().min(1).max(32),
      architecture: z.string().min(1).max(32),
      variant: z.string().min(1).max(32).optional(),
    })
    .optional(),
  config: containerConfig,
});

export const judgeCreateInput = environmentInput.extend({ config: containerConfig });

/** -1 takes a limit away, 0 or nothing leaves it as it is. */
const limit = z.number().int().min(-1).max(Number.MAX_SAFE_INTEGER);

export const updateContainerInput = containerInput.extend({
  resources: z
    .strictObject({
      memoryBytes: limit.optional(),
      memorySwapBytes: limit.optional(),
      memoryReservationBytes: limit.optional(),
      nanoCpus: limit.optional(),
      cpuShares: resources.shape.cpuShares,
      cpuPeriod: resources.shape.cpuPeriod,
      cpuQuota: limit.optional(),
      cpusetCpus: resources.shape.cpusetCpus,
      cpusetMems: resources.shape.cpusetMems,
      pidsLimit: limit.optional(),
      blkioWeight: resources.shape.blkioWeight,
    })
    .optional(),
  restart: restartPolicy.optional(),
});

export const checkCreateInput = environmentInput.extend({
  name: z.string().max(128).optional(),
  port: z.strictObject({ protocol, hostAddress: z.string().max(64).default(''), hostPort: port }).optional(),
  bindSource: z.string().max(4096).optional(),
  image: z.string().max(255).optional(),
});

const yes = z
  .enum(['0', '1'])
  .default('0')
  .transform((text) => text === '1');
/** Query of the download of a log: texts. */
export const downloadLogInput = z.object({
  from: z.coerce.date().optional(),
  to: z.coerce.date().optional(),
  /** Both without it. */
  stream: z.enum(['stdout', 'stderr']).optional(),
  timestamps: yes,
  gzip: yes,
});
