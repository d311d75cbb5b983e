import type { HostFacts } from '../runtime/index.ts';
import { checkMount } from './check-mount.ts';
import { checkNetworkOptions } from './check-network-options.ts';
import { checkResources } from './check-resources.ts';
import { checkSecurity } from './check-security.ts';
import { cleanTarget } from './config-merge.ts';
import type { ContainerConfig, HealthCheck, RestartPolicy } from './container-service.ts';
import { refused } from './refused.ts';

const POLICIES = ['no', 'always', 'unless-stopped', 'on-failure'];

/**
 * What can be refused without looking anything up. Returns warnings for what this host cannot give.
 * @throws EngineError `invalid_argument` with `details.field`, in Docker's words
 */
export function checkConfig(config: ContainerConfig, host: HostFacts): string[] {
  const { restart } = config;
  checkRestartPolicy(restart);
  if (config.autoRemove && restart.name !== 'no') {
    throw refused('auto_remove_restart', 'restart', "can't create 'AutoRemove' container with restart policy");
  }
  checkTargets(config);
  checkWords(config);
  checkNetworkOptions(config);
  if (config.healthcheck !== undefined) checkHealth(config.healthcheck);
  if (config.shmSizeBytes !== undefined && config.shmSizeBytes < 0)
    throw refused('shm_size_negative', 'shmSizeBytes', 'SHM size can not be less than 0');
  return [...checkResources(config.resources, host), ...checkSecurity(config, host)];
}

/** Variables need a name, and annotations a key. */
function checkWords({ env, annotations = {} }: ContainerConfig): void {
  const nameless = env.find((entry) => entry === '' || entry.startsWith('='));
  if (nameless !== undefined) throw refused('env_invalid', 'env', `invalid environment variable: ${nameless}`);
  if (!Object.hasOwn(annotations, '')) return;
  const words = 'invalid Annotations: the empty string is not permitted as an annotation key';
  throw refused('annotation_invalid', 'annotations', words);
}

/** Also for an update. @throws EngineError `invalid_argument` */
export function checkRestartPolicy(restart: RestartPolicy): void {
  if (!POLICIES.includes(restart.name)) {
    const words = `invalid restart policy: unknown policy '${restart.name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`;
    throw refused('restart_policy_invalid', 'restart', words);
  }
  if (restart.maxRetries > 0 && restart.name !== 'on-failure') {
    const words = "invalid restart policy: maximum retry count can only be used with 'on-failure'";
    throw refused('restart_policy_invalid', 'restart', words);
  }
}

function checkHealth(check: HealthCheck): void {
  const { test = [], retries = 0, shell: _shell, ...times } = check;
  const no = (words: string) => refused('health_check_invalid', 'healthcheck', words);
  const names = { intervalMs: 'Interval', timeoutMs: 'Timeout', startPeriodMs: 'StartPeriod' } as const;
  for (const [key, name] of Object.entries({ ...names, startIntervalMs: 'StartInterval' } as const)) {
    const ms = times[key as keyof typeof times];
    if (ms !== undefined && ms !== 0 && ms < 1) throw no(`${name} in Healthcheck cannot be less than 1ms`);
  }
  if (retries < 0) throw no('Retries in Healthcheck cannot be negative');
  const [kind] = test;
  if (kind !== undefined && kind !== 'NONE' && kind !== 'CMD' && kind !== 'CMD-SHELL')
    throw no(`Unknown healthcheck type '${kind}' (expected 'CMD')`);
  if ((kind === 'CMD' || kind === 'CMD-SHELL') && test.length < 2)
    throw no('the command of the health check is missing');
}

function checkTargets({ mounts, workingDir }: ContainerConfig): void {
  if (workingDir !== undefined && workingDir !== '' && !workingDir.startsWith('/')) {
    const words = `the working directory '${workingDir}' is invalid, it needs to be an absolute path`;
    throw refused('working_dir_invalid', 'workingDir', words);
  }
  const seen = new Set<string>();
  for (const mount of mounts) {
    checkMount(mount);
    const place = cleanTarget(mount.target);
    if (seen.has(place)) throw refused('mount_target_twice', 'mounts', `Duplicate mount point: ${place}`);
    seen.add(place);
  }
}
