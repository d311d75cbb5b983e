import type { ContainerConfig } from '../containers/index.ts';

/** A configuration with Docker's defaults, for tests that care about one field. */
export function containerConfig(change: Partial<ContainerConfig> = {}): ContainerConfig {
  return {
    image: 'busybox',
    env: [],
    tty: false,
    openStdin: false,
    stdinOnce: false,
    labels: {},
    exposedPorts: [],
    ports: [],
    publishAll: false,
    mounts: [],
    network: 'bridge',
    restart: { name: 'no', maxRetries: 0 },
    autoRemove: false,
    resources: {},
    readonlyRootfs: false,
    privileged: false,
    capAdd: [],
    capDrop: [],
    securityOpt: [],
    sysctls: {},
    ulimits: [],
    oomScoreAdj: 0,
    init: false,
    extraHosts: [],
    dns: [],
    dnsSearch: [],
    dnsOptions: [],
    log: { driver: 'json-file' },
    ...change,
  };
}
