import type { EndpointConfig, PortBinding } from '../networks/network-service.ts';
import type { DeviceMapping, Resources } from '../runtime/runtime.ts';

export interface RestartPolicy {
  name: 'no' | 'always' | 'unless-stopped' | 'on-failure';
  /** Only with on-failure; 0 means without end. */
  maxRetries: number;
}

/** Asked for in the long form, of `--mount`, in which it is told again. */
interface LongForm {
  long?: true | undefined;
}

export type MountSpec = LongForm &
  (
    | {
        type: 'volume' /** undefined: anonymous */;
        name?: string | undefined;
        target: string;
        readOnly: boolean;
        noCopy?: boolean | undefined;
        /** For a volume that is not there yet. */
        labels?: Readonly<Record<string, string>> | undefined;
        /** The same, as `--opt` of a new volume. */
        driverOptions?: Readonly<Record<string, string>> | undefined;
        /** Relative path of a file or folder in the volume, which has to exist when the container starts. */
        subpath?: string | undefined;
      }
    | {
        type: 'bind';
        source: string;
        target: string;
        readOnly: boolean;
        /** `rprivate` by default; shared and slave ones need a source on a mount that is shared. */
        propagation?: string | undefined /** `-v` makes a missing source folder, `--mount` does not */;
        createSource?: boolean | undefined;
        /** Leave out what is mounted below the source. */
        nonRecursive?: boolean | undefined;
        /** `none`: read-only without what is mounted below; `force`: refuse where that is not possible. */
        readOnlyRecursion?: 'none' | 'force' | undefined;
      }
    | {
        type: 'tmpfs';
        target: string;
        sizeBytes?: number;
        mode?: number;
        options?: string;
        /** All of it as it was asked for, to be told again. */
        text?: string | undefined;
      }
  );

/** How a container is asked whether it works; what is left out (or 0) gets Docker's default. */
export interface HealthCheck {
  /** `['NONE']`, `['CMD', program, …]` or `['CMD-SHELL', line]`; empty or missing: the image's. */
  test?: readonly string[] | undefined;
  /** What runs a `CMD-SHELL` line: the image's, else `/bin/sh -c`. */
  shell?: readonly string[] | undefined;
  /** From the end of one probe to the next; default 30 s. */
  intervalMs?: number | undefined;
  /** Default 30 s. */
  timeoutMs?: number | undefined;
  /** Failures count only after this long; default 0. */
  startPeriodMs?: number | undefined;
  /** Interval until the first success inside the start period; default 5 s. */
  startIntervalMs?: number | undefined;
  /** Failures in a row that make it unhealthy; default 3. */
  retries?: number | undefined;
}

/**
 * The normalised create request: what the policy judges is what runs. Undefined process fields fall back to the image
 * as in Docker (entrypoint given ⇒ the image's command is dropped).
 */
export interface ContainerConfig {
  /** As asked for: reference or id. */
  image: string;
  entrypoint?: readonly string[] | undefined;
  command?: readonly string[] | undefined;
  env: readonly string[];
  workingDir?: string | undefined;
  user?: string | undefined;
  hostname?: string | undefined;
  domainname?: string | undefined;
  tty: boolean;
  openStdin: boolean;
  stdinOnce: boolean;
  /** Outputs that whoever created it meant to watch from the start; told when it is inspected, without further effect. */
  attached?: readonly ('stdout' | 'stderr')[] | undefined;
  labels: Readonly<Record<string, string>>;
  stopSignal?: string | undefined;
  /** Grace period of stop, default 10. */
  stopTimeoutSeconds?: number | undefined;
  exposedPorts: readonly string[];
  ports: readonly PortBinding[];
  /** Publish every exposed port on a random one. */
  publishAll: boolean;
  mounts: readonly MountSpec[];
  /** `CONTAINER[:ro|rw]` each; resolved when the container is created. */
  volumesFrom?: readonly string[] | undefined;
  /** `CONTAINER[:ALIAS]` each; of a created container on the default network with the id of the other one. */
  links?: readonly string[] | undefined;
  /** `bridge`, `none`, `host`, `container:X` or a network's name. */
  network: string;
  /**
   * With a network as mode: what is asked of it and of further ones, in the order of their links. A created container
   * always has the list, without the network of the mode once that is disconnected.
   */
  networks?: readonly EndpointConfig[] | undefined;
  restart: RestartPolicy;
  /** Remove when it exits. */
  autoRemove: boolean;
  resources: Resources;
  readonlyRootfs: boolean;
  privileged: boolean;
  capAdd: readonly string[];
  capDrop: readonly string[];
  securityOpt: readonly string[];
  sysctls: Readonly<Record<string, string>>;
  ulimits: readonly { name: string; soft: number; hard: number }[];
  shmSizeBytes?: number | undefined;
  oomScoreAdj: number;
  init: boolean;
  extraHosts: readonly string[];
  dns: readonly string[];
  dnsSearch: readonly string[];
  dnsOptions: readonly string[];
  pidMode?: string | undefined;
  ipcMode?: string | undefined;
  utsMode?: string | undefined;
  /** `host` is accepted and changes nothing: user ids are the host's anyway. */
  usernsMode?: string | undefined;
  /** Default: own with version 2, the host's with version 1 and for privileged ones. */
  cgroupnsMode?: 'host' | 'private' | undefined;
  healthcheck?: HealthCheck | undefined;
  /** Devices of the host or folders of them. */
  devices?: readonly DeviceMapping[] | undefined;
  /** `c 10:200 rwm` */
  deviceRules?: readonly string[] | undefined;
  /** Further groups of the process, names of the container's own /etc/group or numbers. */
  groupAdd?: readonly string[] | undefined;
  annotations?: Readonly<Record<string, string>> | undefined;
  /** Of the first network interface. */
  macAddress?: string | undefined;
  /**
   * `json-file` and `local` are both our own files, `journald` is the host's journal beside them, `none` keeps nothing. `options` are Docker's (`max-size=10m`, `max-file`,
   * `mode`, …) as they were given; creation reads sizes from them.
   */
  log: {
    driver: string;
    maxBytes?: number | undefined;
    maxFiles?: number | undefined;
    options?: Readonly<Record<string, string>> | undefined;
  };
}
