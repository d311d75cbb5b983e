import { existsSync } from 'node:fs';
import { type HostFacts, parseDeviceRule, resolveCaps } from '../runtime/index.ts';
import type { ContainerConfig } from './container-service.ts';
import { refused } from './refused.ts';
import { readSecurityOptions } from './security-options.ts';

const ULIMITS = new Set(
  'core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack as'.split(' '),
);
/** The kernel keeps these apart in each ipc namespace. */
const IPC_SYSCTLS = new Set(
  'msgmax msgmnb msgmni sem shmall shmmax shmmni shm_rmid_forced'.split(' ').map((name) => `kernel.${name}`),
);

/**
 * What touches the host: capabilities, devices, kernel settings, limits of the process, namespaces.
 *
 * @throws EngineError `invalid_argument`; returns warnings
 */
export function checkSecurity(config: ContainerConfig, host: HostFacts): string[] {
  resolveCaps({ add: config.capAdd, drop: config.capDrop, privileged: config.privileged }, host.caps);
  readSecurityOptions(config, existsSync('/sys/kernel/security/apparmor'));
  for (const rule of config.deviceRules ?? []) parseDeviceRule(rule);
  for (const device of config.devices ?? []) checkDevice(device);
  checkNamespaces(config);
  for (const name of Object.keys(config.sysctls)) checkSysctl(name, config);
  return [...checkUlimits(config, host), ...checkOomScore(config, host)];
}

function checkDevice({ source, target, permissions }: NonNullable<ContainerConfig['devices']>[number]): void {
  // CDI names look like vendor.com/class=name.
  if (!source.startsWith('/') && source.includes('='))
    throw refused('cdi_unsupported', 'devices', `CDI device injection is not supported: ${source}`);
  if (!source.startsWith('/') || !target.startsWith('/') || target.split('/').includes('..'))
    throw refused('device_path_invalid', 'devices', `${source}:${target} is not an absolute path`);
  if (!/^(?!.*(.).*\1)[rwm]{1,3}$/.test(permissions))
    throw refused('device_mode_invalid', 'devices', `bad mode specified: ${permissions}`);
}

function checkNamespaces({ pidMode, ipcMode, utsMode, usernsMode, cgroupnsMode }: ContainerConfig): void {
  const shared = (mode: string) => /^container:.+/.test(mode);
  const check = (field: string, mode: string | undefined, plain: readonly string[], sharing: boolean) => {
    if (mode === undefined || mode === '' || plain.includes(mode) || (sharing && shared(mode))) return;
    throw refused('namespace_mode_invalid', field, `invalid ${field.replace('Mode', '').toUpperCase()} mode: ${mode}`);
  };
  check('pidMode', pidMode, ['host'], true);
  check('ipcMode', ipcMode, ['host', 'private', 'shareable', 'none'], true);
  check('utsMode', utsMode, ['host'], false);
  check('usernsMode', usernsMode, ['host'], false);
  check('cgroupnsMode', cgroupnsMode, ['host', 'private'], false);
}

/** Only what the kernel keeps apart for each container, in the runtime's words. */
function checkSysctl(name: string, { network, ipcMode, utsMode }: ContainerConfig): void {
  const no = (reason: string, words: string) => refused(reason, 'sysctls', words, { name });
  if (name.startsWith('net.')) {
    if (network === 'host') throw no('sysctl_host_network', `sysctl "${name}" not allowed in host network namespace`);
    return;
  }
  if (IPC_SYSCTLS.has(name) || name.startsWith('fs.mqueue.')) {
    if (ipcMode === 'host') throw no('sysctl_host_ipc', `sysctl "${name}" is not allowed in the hosts ipc namespace`);
    return;
  }
  if (name === 'kernel.domainname' && utsMode !== 'host') return;
  throw no('sysctl_not_namespaced', `sysctl "${name}" is not in a separate kernel namespace`);
}

function checkUlimits({ ulimits }: ContainerConfig, host: HostFacts): string[] {
  return ulimits.flatMap(({ name, soft, hard }) => {
    if (!ULIMITS.has(name)) throw refused('ulimit_unknown', 'ulimits', `invalid ulimit type: ${name}`, { name });
    const unlimited = hard === -1;
    if (!unlimited && (soft > hard || soft === -1)) {
      const words = `ulimit soft limit must be less than or equal to hard limit: ${soft} > ${hard}`;
      throw refused('ulimit_order', 'ulimits', words, { name });
    }
    const most = host.hardLimits.get(`RLIMIT_${name.toUpperCase()}`);
    if (most === undefined || host.caps.includes('CAP_SYS_RESOURCE') || (!unlimited && hard <= most)) return [];
    return [
      `The host allows a hard limit of ${most} for ${name}: ${unlimited ? 'unlimited' : hard} was lowered to it.`,
    ];
  });
}

function checkOomScore({ oomScoreAdj }: ContainerConfig, host: HostFacts): string[] {
  if (oomScoreAdj < -1000 || oomScoreAdj > 1000) {
    const words = `Invalid value ${oomScoreAdj}, range for oom score adj is [-1000, 1000]`;
    throw refused('oom_score_range', 'oomScoreAdj', words);
  }
  if (oomScoreAdj >= host.oomScoreAdj || host.caps.includes('CAP_SYS_RESOURCE')) return [];
  return [`The host does not let this server lower the OOM score: ${oomScoreAdj} was raised to ${host.oomScoreAdj}.`];
}
