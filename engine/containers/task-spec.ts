import { hostname as hostName } from 'node:os';
import type { ResolvedUser, RuntimeMount, TaskSpec } from '../runtime/runtime.ts';
import { hostnameOf } from './config-merge.ts';
import type { ContainerConfig, ContainerRecord } from './container-service.ts';
import type { Context } from './context.ts';
import { journalLog } from './journal-log.ts';
import { namespaceOf, sharedWith } from './network-mode.ts';
import { readSecurityOptions } from './security-options.ts';
import { shmSizeOf } from './shared-memory.ts';

/** As Docker's driver `local` keeps; `json-file` there has no end, and fills the disk. */
const DEFAULT_LOG = { maxBytes: 20 * 1024 * 1024, maxFiles: 5 };

/** What a start found out besides the record. */
interface StartFacts {
  env: string[];
  user: ResolvedUser;
  netns: TaskSpec['netns'];
  mounts: RuntimeMount[];
  consoleSize: TaskSpec['consoleSize'];
  shm: TaskSpec['shm'];
}

export async function toTaskSpec(ctx: Context, record: ContainerRecord, facts: StartFacts): Promise<TaskSpec> {
  const { id, config, process } = record;
  const security = readSecurityOptions(config);
  return {
    id,
    rootfs: ctx.paths.rootfs(id),
    bundle: ctx.paths.container(id),
    args: process.args,
    env: facts.env,
    cwd: process.cwd,
    user: facts.user,
    tty: config.tty,
    openStdin: config.openStdin,
    // Whoever leaves a terminal takes nobody else's input away: a terminal has no end of input, only Ctrl+D.
    stdinOnce: config.stdinOnce && !config.tty,
    consoleSize: facts.consoleSize,
    hostname: config.utsMode === 'host' ? hostName() : hostnameOf(config, id),
    domainname: config.domainname,
    netns: facts.netns,
    ...(await sharedNamespaces(ctx, config)),
    mounts: facts.mounts,
    resources: config.resources,
    readonlyRootfs: config.readonlyRootfs,
    privileged: config.privileged,
    capAdd: config.capAdd,
    capDrop: config.capDrop,
    noNewPrivileges: security.noNewPrivileges,
    seccomp: security.seccomp,
    unmaskedPaths: security.unmaskedPaths,
    ...(config.devices === undefined ? {} : { devices: config.devices }),
    ...(config.deviceRules === undefined ? {} : { deviceRules: config.deviceRules }),
    ...(config.annotations === undefined ? {} : { annotations: config.annotations }),
    ...(config.cgroupnsMode === undefined ? {} : { cgroupNs: config.cgroupnsMode }),
    ...(facts.shm === undefined ? {} : { shm: facts.shm }),
    sysctls: config.sysctls,
    shmSizeBytes: shmSizeOf(record),
    oomScoreAdj: config.oomScoreAdj,
    ulimits: config.ulimits,
    init: config.init,
    log: logOptions(record),
  };
}

async function sharedNamespaces(
  ctx: Context,
  config: ContainerConfig,
): Promise<Pick<TaskSpec, 'pidNs' | 'ipcNs' | 'utsNs'>> {
  const pidNs = await toNamespace(ctx, config.pidMode, 'pid');
  const ipcNs = await toNamespace(ctx, config.ipcMode, 'ipc');
  return {
    ...(pidNs === undefined ? {} : { pidNs }),
    ...(ipcNs === undefined ? {} : { ipcNs }),
    ...(config.utsMode === 'host' ? { utsNs: { kind: 'host' as const } } : {}),
  };
}

async function toNamespace(ctx: Context, mode: string | undefined, kind: 'pid' | 'ipc') {
  if (mode === 'host') return { kind: 'host' as const };
  const other = sharedWith(mode);
  return other === undefined ? undefined : { kind: 'path' as const, path: await namespaceOf(ctx, other, kind) };
}

function logOptions(record: ContainerRecord): TaskSpec['log'] {
  const { driver, maxBytes = DEFAULT_LOG.maxBytes, maxFiles = DEFAULT_LOG.maxFiles } = record.config.log;
  if (driver === 'none') return 'none';
  return { maxBytes, maxFiles, ...(driver === 'journald' ? { journal: journalLog(record) } : {}) };
}
