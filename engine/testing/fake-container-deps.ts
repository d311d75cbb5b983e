import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContainerDeps } from '../containers/index.ts';
import { EngineError } from '../errors/index.ts';
import { EventBus } from '../events/index.ts';
import type { ImageRecord } from '../images/index.ts';
import { silentLogger, systemClock } from '../lib/index.ts';
import type { NetworkDetail, Sandbox } from '../networks/index.ts';
import { digestOf } from '../oci/index.ts';
import { enginePaths } from '../paths.ts';
import { FakeRuntime } from './fake-runtime.ts';
import { memoryContainerStore } from './memory-container-store.ts';

/** What is in use, for tests that look for leftovers. */
interface InUse {
  attached: Set<string>;
  mounted: Set<string>;
  layers: Set<string>;
}

/** Everything a container service needs, in memory, with one image called `busybox`. */
export function fakeContainerDeps(): {
  deps: ContainerDeps;
  runtime: FakeRuntime;
  inUse: InUse;
  actions: string[];
} & Disposable {
  const root = mkdtempSync(join(tmpdir(), 'davit-fake-'));
  mkdirSync(join(root, 'data'));
  const paths = enginePaths(join(root, 'data'), join(root, 'run'));
  const runtime = new FakeRuntime(paths);
  const inUse: InUse = { attached: new Set(), mounted: new Set(), layers: new Set() };
  const events = new EventBus();
  const actions: string[] = [];
  events.subscribe((event) => actions.push(event.action));
  const deps: ContainerDeps = {
    store: memoryContainerStore(),
    runtime,
    events,
    paths,
    clock: systemClock,
    log: silentLogger,
    kernel: {
      async openInRoot(_root, path) {
        throw new EngineError('not_found', `${path} is missing`);
      },
      listMounts: async () => [],
      mountTmpfs: async (target) => void inUse.mounted.add(target),
      bindMount: async () => {},
      unmount: async (target) => inUse.mounted.delete(target),
      async removeSmallTree(path) {
        rmSync(path, { recursive: true, force: true });
        return true;
      },
    },
    networks: {
      async attach({ containerId }) {
        inUse.attached.add(containerId);
        return { netns: `/run/netns/${containerId}`, endpoints: [], hosts: '', resolvConf: '', answersNames: false };
      },
      detach: async (id) => void inUse.attached.delete(id),
      connect: async () => emptySandbox,
      disconnect: async () => emptySandbox,
      settle: async () => ({ done: [], sandbox: emptySandbox }),
      rename: async () => {},
      checkSettings: async () => undefined,
      check: async () => {},
      async get(name) {
        if (name === 'front' || name === 'bridge') return fakeNetwork(name);
        throw new EngineError('not_found', `network ${name} not found`);
      },
      list: async () => [],
      attachmentsOf: async () => [],
      portHolder: async () => undefined,
      portUse: async () => ({ endpoints: [], listeners: [] }),
      listenersOf: async () => [],
    },
    volumes: {
      async create() {
        throw new EngineError('unsupported', 'The fake has no volumes');
      },
      async get(name) {
        throw new EngineError('not_found', `get ${name}: no such volume`);
      },
      remove: async () => {},
      populate: async () => {},
      async hold(name) {
        throw new EngineError('not_found', `get ${name}: no such volume`);
      },
      release: async () => {},
      noteUse: async () => {},
    },
    images: {
      async resolve(name) {
        if (name !== 'busybox' && name !== image.id) throw new EngineError('not_found', `No such image: ${name}`);
        return image;
      },
      commit: unsupported,
      collect: async () => ({ blobs: 0, layers: 0, freedBytes: 0 }),
    },
    snapshots: {
      async createActive(owner) {
        inUse.layers.add(owner);
        const about = { parent: undefined, chainId: undefined, diffId: undefined, sizeBytes: 0 };
        return { key: 1, kind: 'active', state: 'ready', owner, createdAt: new Date(), ...about };
      },
      usage: async () => ({ sizeBytes: 4096, inodes: 1 }),
      removeActive: async (owner) => inUse.layers.delete(owner),
      mount: async (_owner, target) => void inUse.mounted.add(target),
      unmount: async (target) => void inUse.mounted.delete(target),
      list: async () => [],
      foldersOf: unsupported,
    },
    files: { changes: unsupported, stat: unsupported },
    packer: { pack: unsupported },
    inserter: { insert: unsupported },
    async *readLog() {},
    async *readLogBytes() {},
  };
  return { deps, runtime, inUse, actions, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
}

const emptySandbox: Sandbox = { netns: undefined, endpoints: [], hosts: '', resolvConf: '', answersNames: false };

function fakeNetwork(name: string): NetworkDetail {
  return {
    id: digestOf(name).slice('sha256:'.length),
    name,
    driver: 'bridge',
    state: 'ready',
    builtin: name === 'bridge',
    bridge: undefined,
    subnets: [],
    enableIpv6: false,
    internal: false,
    labels: {},
    options: {},
    createdAt: new Date(0),
    endpoints: [],
  };
}

async function unsupported(): Promise<never> {
  throw new EngineError('unsupported', 'The fake has no files');
}

const image: ImageRecord = {
  id: digestOf('config'),
  manifestDigest: digestOf('manifest'),
  layers: [],
  platform: { os: 'linux', architecture: 'amd64' },
  chainId: undefined,
  config: {
    os: 'linux',
    architecture: 'amd64',
    config: { Cmd: ['sh'], Labels: { from: 'image' } },
    rootfs: { type: 'layers', diff_ids: [] },
  },
  sizeBytes: 0,
  source: 'imported',
  createdAt: new Date(0),
  addedAt: new Date(0),
};
