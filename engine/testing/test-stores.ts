import { join } from 'node:path';
import { EngineError } from '../errors/index.ts';
import type { ImageRecord, ImageStore, ImageTag } from '../images/index.ts';
import type { EndpointRecord, NetworkRecord, NetworkStore } from '../networks/index.ts';
import type { Snapshot, SnapshotStore } from '../snapshots/index.ts';
import type { EngineStores } from '../system/engine.ts';
import type { VolumeRecord, VolumeStore } from '../volumes/index.ts';
import { memoryContainerStore } from './memory-container-store.ts';
import { Table } from './table.ts';

/** All stores of an engine, in memory, or in files of this folder so that a second process finds them. */
export function testStores(folder?: string): EngineStores {
  const file = (name: string) => (folder === undefined ? undefined : join(folder, name));
  return {
    containers: memoryContainerStore(file('containers')),
    images: imageStore(new Table(file('images')), new Table(file('tags'))),
    snapshots: snapshotStore(new Table(file('snapshots'))),
    networks: networkStore(new Table(file('networks')), new Table(file('endpoints'))),
    volumes: volumeStore(new Table(file('volumes'))),
  };
}

function imageStore(images: Table<ImageRecord>, tags: Table<ImageTag>): ImageStore {
  return {
    async save(image, references) {
      images.set(image.id, image);
      for (const reference of references) {
        tags.set(reference, { reference, imageId: image.id, updatedAt: image.addedAt });
      }
    },
    get: async (id) => images.get(id),
    findByPrefix: async (hex) =>
      images
        .list()
        .map(({ id }) => id)
        .filter((id) => id.startsWith(`sha256:${hex}`))
        .slice(0, 2),
    list: async () => images.list(),
    async delete(id) {
      images.delete(id);
      for (const tag of tags.list()) if (tag.imageId === id) tags.delete(tag.reference);
    },
    setTag: async (reference, imageId, updatedAt) => tags.set(reference, { reference, imageId, updatedAt }),
    deleteTag: async (reference) => tags.delete(reference),
    getTag: async (reference) => tags.get(reference),
    listTags: async () => tags.list(),
  };
}

function snapshotStore(rows: Table<Snapshot>): SnapshotStore {
  return {
    async insert(snapshot) {
      const key = 1 + Math.max(0, ...rows.list().map((row) => row.key));
      rows.set(String(key), { ...snapshot, key });
      return { ...snapshot, key };
    },
    update: async (key, change) => rows.change(String(key), change),
    delete: async (key) => void rows.delete(String(key)),
    get: async (key) => rows.get(String(key)),
    findByChainId: async (chainId) => rows.list().find((row) => row.chainId === chainId),
    findByOwner: async (owner) => rows.list().find((row) => row.owner === owner),
    list: async () => rows.list(),
  };
}

function networkStore(networks: Table<NetworkRecord>, endpoints: Table<EndpointRecord>): NetworkStore {
  const keyOf = (containerId: string, networkId: string) => `${containerId} ${networkId}`;
  return {
    async insert(network) {
      if (networks.list().some(({ name }) => name === network.name)) throw exists(`Network ${network.name}`);
      networks.set(network.id, network);
    },
    update: async (id, change) => networks.change(id, change),
    list: async () => networks.list(),
    delete: async (id) => void networks.delete(id),
    async insertEndpoint(endpoint) {
      const { containerId, networkId, address } = endpoint;
      const taken = endpoints.list().some((row) => row.networkId === networkId && row.address === address);
      if (taken || endpoints.has(keyOf(containerId, networkId))) throw exists(`Endpoint ${address}`);
      endpoints.set(keyOf(containerId, networkId), endpoint);
    },
    updateEndpoint: async (containerId, networkId, change) => endpoints.change(keyOf(containerId, networkId), change),
    deleteEndpoint: async (containerId, networkId) => void endpoints.delete(keyOf(containerId, networkId)),
    listEndpoints: async () => endpoints.list(),
  };
}

function volumeStore(volumes: Table<VolumeRecord>): VolumeStore {
  return {
    async insert(volume) {
      if (volumes.has(volume.name)) throw exists(`Volume ${volume.name}`);
      volumes.set(volume.name, volume);
    },
    update: async (name, change) => volumes.change(name, change),
    get: async (name) => volumes.get(name),
    list: async () => volumes.list(),
    delete: async (name) => void volumes.delete(name),
  };
}

function exists(what: string): EngineError {
  return new EngineError('already_exists', `${what} already exists`);
}
