import { hostname as hostName } from 'node:os';
import type { ResolvedUser, RuntimeMount, TaskSpec } from '../runtime/runtime.ts';
import { hostnameOf } from './config-merge.ts';
import type { ContainerConfig, ContainerRecord } from './container-service.ts';
import type { Context } from './context.ts';
import { namespaceOf, sharedWith } from './network-mode.ts';

const DEFAULT_SHM_BYTES = 64 * 1024 * 1024;
const DEFAULT_LOG = { maxBytes: 10 * 1024 * 1024, maxFiles: 3 };

/** What a start found out besides the record. */
interface StartFacts {
  user: ResolvedUser;
  netns: TaskSpec['netns'];
  mounts: RuntimeMount[];
  consoleSize: TaskSpec['consoleSize'];
}

export async function toTaskSpec(ctx: Context, record: ContainerRecord, facts: StartFacts): Promise<TaskSpec> {
  const { id, config, process } = record;
  const security = readSecurityOptions(config);
  return {
    id,
    rootfs: ctx.paths.rootfs(id),
    bundle: ctx.paths.container(id),
    args: process.args,
    env: process.env,
    cwd: process.cwd,
    user: facts.user,
    tty: config.tty,
    openStdin: config.openStdin,
    stdinOnce: config.stdinOnce,
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
    sysctls: config.sysctls,
    shmSizeBytes: config.shmSizeBytes ?? DEFAULT_SHM_BYTES,
    oomScoreAdj: config.oomScoreAdj,
    ulimits: config.ulimits,
    init: config.init,
    log: logOptions(config.log),
  };
}

async function sharedNamespaces(
  ctx: Context,
  config: ContainerConfig,
): Promise<Pick<TaskSpec, 'pidNs' | 'ipcNs' | 'utsNs'>> {
  const one = async (mode: string | undefined, kind: 'pid' | 'ipc') => {
    if (mode === 'host') return { kind: 'host' as const };
    const other = sharedWith(mode);
    return other === undefined ? undefined : { kind: 'path' as const, path: await namespaceOf(ctx, other, kind) };
  };
  const pidNs = await one(config.pidMode, 'pid');
  const ipcNs = await one(config.ipcMode, 'ipc');
  return {
    ...(pidNs === undefined ? {} : { pidNs }),
    ...(ipcNs === undefined ? {} : { ipcNs }),
    ...(config.utsMode === 'host' ? { utsNs: { kind: 'host' as const } } : {}),
  };
}

/** `key=value` and the older `key:value` are both in use. */
export function readSecurityOptions({ securityOpt, privileged }: Pick<ContainerConfig, 'securityOpt' | 'privileged'>): {
  noNewPrivileges: boolean;
  seccomp: string;
} {
  let noNewPrivileges = false;
  let seccomp = privileged ? 'unconfined' : 'default';
  for (const option of securityOpt) {
    const [, key, value] = /^([a-z-]+)(?:[=:]([\s\S]*))?$/.exec(option) ?? [];
    if (key === 'no-new-privileges') noNewPrivileges = value === undefined || value === 'true';
    if (key === 'seccomp' && value !== undefined) seccomp = value === 'builtin' ? 'default' : value;
  }
  return { noNewPrivileges, seccomp };
}

function logOptions(log: ContainerConfig['log']): TaskSpec['log'] {
  if (log.driver === 'none') return 'none';
  return { maxBytes: log.maxBytes ?? DEFAULT_LOG.maxBytes, maxFiles: log.maxFiles ?? DEFAULT_LOG.maxFiles };
}
