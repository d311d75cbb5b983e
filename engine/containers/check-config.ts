import { availableParallelism } from 'node:os';
import { EngineError } from '../errors/index.ts';
import { cleanTarget } from './config-merge.ts';
import type { ContainerConfig } from './container-service.ts';

const LEAST_MEMORY = 6 * 1024 * 1024;
const POLICIES = ['no', 'always', 'unless-stopped', 'on-failure'];

/**
 * What can be refused without asking anyone.
 * @throws EngineError `invalid_argument` with `details.field`, in Docker's words
 */
export function checkConfig(config: ContainerConfig, cpus: number = availableParallelism()): void {
  const { resources, restart } = config;
  if (resources.memoryBytes !== undefined && resources.memoryBytes > 0 && resources.memoryBytes < LEAST_MEMORY) {
    throw refused('memory_too_small', 'memory', 'Minimum memory limit allowed is 6MB');
  }
  if (resources.nanoCpus !== undefined && (resources.nanoCpus < 0 || resources.nanoCpus > cpus * 1e9)) {
    const most = cpus.toFixed(2);
    const words = `range of CPUs is from 0.01 to ${most}, as there are only ${cpus} CPUs available`;
    throw refused('too_many_cpus', 'cpus', words);
  }
  if (!POLICIES.includes(restart.name)) {
    const words = `invalid restart policy: unknown policy '${restart.name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`;
    throw refused('restart_policy_invalid', 'restart', words);
  }
  if (restart.maxRetries > 0 && restart.name !== 'on-failure') {
    const words = "invalid restart policy: maximum retry count can only be used with 'on-failure'";
    throw refused('restart_policy_invalid', 'restart', words);
  }
  if (config.autoRemove && restart.name !== 'no') {
    throw refused('auto_remove_restart', 'restart', "can't create 'AutoRemove' container with restart policy");
  }
  checkTargets(config);
}

function checkTargets({ mounts, workingDir }: ContainerConfig): void {
  if (workingDir !== undefined && workingDir !== '' && !workingDir.startsWith('/')) {
    const words = `the working directory '${workingDir}' is invalid, it needs to be an absolute path`;
    throw refused('working_dir_invalid', 'workingDir', words);
  }
  const seen = new Set<string>();
  for (const { type, target } of mounts) {
    const place = cleanTarget(target);
    const bad = `invalid mount config for type "${type}": invalid mount path: '${target}'`;
    if (!target.startsWith('/')) throw refused('mount_target_invalid', 'mounts', `${bad} mount path must be absolute`);
    if (place === '/' || place.split('/').includes('..')) {
      throw refused('mount_target_invalid', 'mounts', `${bad} is not allowed`);
    }
    if (seen.has(place)) throw refused('mount_target_twice', 'mounts', `Duplicate mount point: ${place}`);
    seen.add(place);
  }
}

function refused(reason: string, field: string, message: string): EngineError {
  return new EngineError('invalid_argument', message, { reason, field });
}
