import { join } from 'node:path';

/** The layout on disk, described once. Everything below the two roots belongs to one Davit instance. */
export function enginePaths(dataRoot: string, runRoot: string) {
  const data = (...parts: string[]): string => join(dataRoot, ...parts);
  const run = (...parts: string[]): string => join(runRoot, ...parts);
  return {
    dataRoot,
    runRoot,
    database: data('davit.db'),
    metricsDatabase: data('metrics.db'),
    lock: data('lock'),
    /** Room that only the records may use when the disk is full. */
    reserve: data('reserve'),
    content: data('content'),
    blobs: data('content', 'blobs'),
    ingest: data('content', 'ingest'),
    snapshots: data('snapshots'),
    /** `{fs,work}` of one overlay layer; `key` is a short number. */
    snapshot: (key: number) => data('snapshots', String(key)),
    containers: data('containers'),
    /** Bundle and files of one container: `config.json resolv.conf hosts hostname container.log*`. */
    container: (id: string) => data('containers', id),
    containerLog: (id: string) => data('containers', id, 'container.log'),
    volumes: data('volumes'),
    volume: (name: string) => data('volumes', name),
    volumeData: (name: string) => data('volumes', name, '_data'),
    trash: data('trash'),
    /** The server's own authority and certificate, when it was given none. */
    tls: data('tls'),
    uploads: data('content', 'ingest'),
    /** Compiled shim; made by the launcher and copied here, so that an upgrade never replaces the file of a running one. */
    dockerSocket: run('docker.sock'),
    /** Whose each terminal is; one file an exec session. */
    terminals: run('terminals'),
    /** Records that a disk which could not be written to has not taken yet. */
    lateRecords: run('late-records'),
    runContainers: run('containers'),
    /** pid file, attach socket, exit record of one container. */
    runContainer: (id: string) => run('containers', id),
    /** Where the root file system of a container is mounted. */
    rootfs: (id: string) => run('containers', id, 'rootfs'),
    /** Memory that other containers may join, see `--ipc shareable`. */
    sharedMemory: (id: string) => run('containers', id, 'shm'),
    attachSocket: (id: string) => run('containers', id, 's'),
    exitRecord: (id: string) => run('containers', id, 'exit'),
    /** Parts of volumes, mounted here until their container has started. */
    subpathRoot: run('subpaths'),
    subpaths: (id: string) => run('subpaths', id),
    runcRoot: run('runc'),
    crunRoot: run('crun'),
    /** What the trial of a runtime runs in. */
    trials: run('trials'),
    netns: run('netns'),
    netnsOf: (id: string) => run('netns', id.slice(0, 16)),
    /** Files of the name server of user-defined networks. */
    dns: run('dns'),
  } as const;
}

export type EnginePaths = ReturnType<typeof enginePaths>;
