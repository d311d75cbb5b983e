import { EngineError } from '../errors/index.ts';
import { parseSignal } from '../kernel/index.ts';
import { type ContainerId, shortId } from '../lib/index.ts';
import type { ProcessConfig } from '../oci/index.ts';
import type { ContainerConfig, ContainerRecord, MountSpec } from './container-service.ts';

const DEFAULT_PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const DEFAULT_GRACE_SECONDS = 10;

/**
 * The request with everything the image says filled in, as `docker inspect` shows it: what was asked for wins,
 * an own entrypoint drops the image's command, environment, labels, ports and volumes are joined.
 */
export function mergeConfig(config: ContainerConfig, image: ProcessConfig): ContainerConfig {
  const ownEntrypoint = isGiven(config.entrypoint);
  return {
    ...config,
    entrypoint: ownEntrypoint ? config.entrypoint : image.Entrypoint,
    command: isGiven(config.command) ? config.command : ownEntrypoint ? undefined : image.Cmd,
    env: joinEnv(config.env, image.Env ?? []),
    workingDir: orImage(config.workingDir, image.WorkingDir),
    user: orImage(config.user, image.User),
    stopSignal: orImage(config.stopSignal, image.StopSignal),
    labels: { ...image.Labels, ...config.labels },
    exposedPorts: [...new Set([...Object.keys(image.ExposedPorts ?? {}), ...config.exposedPorts].map(withProtocol))],
    healthcheck: withShell(mergeHealth(config.healthcheck, image.Healthcheck), image.Shell),
    mounts: withImageVolumes(config.mounts, Object.keys(image.Volumes ?? {})),
  };
}

/** An empty list counts as not given; `--entrypoint ""` arrives as `['']` and resets the image's. */
function isGiven(args: readonly string[] | undefined): args is readonly string[] {
  return args !== undefined && args.length > 0;
}

function orImage(own: string | undefined, fromImage: string | undefined): string | undefined {
  return own === undefined || own === '' ? fromImage : own;
}

/** An own check without a command takes the image's, and its times where none are given. Images count in nanoseconds. */
function mergeHealth(
  own: ContainerConfig['healthcheck'],
  image: ProcessConfig['Healthcheck'],
): ContainerConfig['healthcheck'] {
  if (image === undefined || (own?.test?.length ?? 0) > 0) return own;
  const ms = (ns: number | undefined) => (ns === undefined ? undefined : ns / 1e6);
  return {
    test: image.Test,
    intervalMs: own?.intervalMs || ms(image.Interval),
    timeoutMs: own?.timeoutMs || ms(image.Timeout),
    startPeriodMs: own?.startPeriodMs || ms(image.StartPeriod),
    startIntervalMs: own?.startIntervalMs || ms(image.StartInterval),
    retries: own?.retries || image.Retries,
  };
}

function withShell(
  check: ContainerConfig['healthcheck'],
  shell: readonly string[] | undefined,
): ContainerConfig['healthcheck'] {
  return check?.test?.[0] === 'CMD-SHELL' && isGiven(shell) ? { ...check, shell } : check;
}

function withProtocol(port: string): string {
  return port.includes('/') ? port : `${port}/tcp`;
}

/** As Docker keeps them: what was asked for, also a `KEY` that is to be taken away, then what only the image says. */
function joinEnv(own: readonly string[], image: readonly string[]): string[] {
  const taken = new Set(own.map(keyOf));
  return [...own, ...image.filter((entry) => !taken.has(keyOf(entry)))];
}

/** Later assignments replace earlier ones in place; an own `KEY` without `=` takes the variable away. */
export function mergeEnv(base: readonly string[], own: readonly string[]): string[] {
  const byKey = new Map<string, string>();
  for (const entry of base) byKey.set(keyOf(entry), entry);
  for (const entry of own) {
    if (entry.includes('=')) byKey.set(keyOf(entry), entry);
    else byKey.delete(entry);
  }
  return [...byKey.values()];
}

function keyOf(entry: string): string {
  const equals = entry.indexOf('=');
  return equals === -1 ? entry : entry.slice(0, equals);
}

function withImageVolumes(mounts: readonly MountSpec[], volumes: readonly string[]): MountSpec[] {
  const taken = new Set(mounts.map((mount) => cleanTarget(mount.target)));
  const missing = volumes.map(cleanTarget).filter((target) => !taken.has(target));
  return [...mounts, ...missing.map((target): MountSpec => ({ type: 'volume', target, readOnly: false }))];
}

/** `/a//b/` and `/a/b` are one place. */
export function cleanTarget(target: string): string {
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  return `/${parts.join('/')}`;
}

/**
 * The process of a merged configuration.
 * @throws EngineError `invalid_argument` "no command specified"
 */
export function toProcess(
  merged: ContainerConfig,
  about: { id: ContainerId; hostname: string },
): ContainerRecord['process'] {
  const args = [...(merged.entrypoint ?? []), ...(merged.command ?? [])];
  if (args[0] === '' && merged.entrypoint?.[0] === '') args.shift();
  if (args.length === 0) {
    throw new EngineError('invalid_argument', 'no command specified', { reason: 'no_command', field: 'command' });
  }
  const own = [DEFAULT_PATH, `HOSTNAME=${about.hostname}`, ...(merged.tty ? ['TERM=xterm'] : [])];
  return {
    args,
    env: mergeEnv(own, merged.env),
    cwd: merged.workingDir === undefined || merged.workingDir === '' ? '/' : merged.workingDir,
    user: merged.user ?? '',
    stopSignal: parseSignal(merged.stopSignal ?? 'SIGTERM'),
    stopTimeoutSeconds: merged.stopTimeoutSeconds ?? DEFAULT_GRACE_SECONDS,
  };
}

/** As Docker: the asked one, or the short id. */
export function hostnameOf(config: ContainerConfig, id: ContainerId): string {
  return config.hostname === undefined || config.hostname === '' ? shortId(id) : config.hostname;
}
