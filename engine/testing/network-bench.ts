import { spawn } from 'node:child_process';
import { createHash, randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBus } from '../events/index.ts';
import { createKernel, type Kernel } from '../kernel/index.ts';
import { type ContainerId, newContainerId, silentLogger, systemClock } from '../lib/index.ts';
import {
  createNetworkService,
  type EndpointConfig,
  type NetworkService,
  type NetworkStore,
} from '../networks/index.ts';
import type { PortBinding, Sandbox } from '../networks/network-service.ts';
import { type EnginePaths, enginePaths } from '../paths.ts';
import { memoryNetworkStore } from './memory-network-store.ts';

/** A network service on the real kernel, and containers that are nothing but their namespaces. */
export interface NetworkBench extends AsyncDisposable {
  kernel: Kernel;
  store: NetworkStore;
  paths: EnginePaths;
  /** The file that the host's servers are read from. */
  hostResolvConf: string;
  instance: string;
  networks: NetworkService;
  /** `type action name` of every event. */
  events: string[];
  /** A service that knows nothing but what rows and host tell: the next process of the server. */
  again(): NetworkService;
  attach(name: string, endpoints: readonly EndpointConfig[], ports?: readonly PortBinding[]): Promise<Attached>;
}

interface Attached extends Sandbox {
  id: ContainerId;
  name: string;
}

export async function createNetworkBench(): Promise<NetworkBench> {
  const kernel = await createKernel();
  const root = await mkdtemp(join(tmpdir(), 'networks-'));
  const instance = `u${randomInt(36 ** 5).toString(36)}`;
  const paths = enginePaths(join(root, 'data'), join(root, 'run'));
  const hostResolvConf = join(root, 'resolv.conf');
  await writeFile(hostResolvConf, 'nameserver 192.0.2.53\nsearch lan\n');
  const store = memoryNetworkStore();
  const bus = new EventBus();
  const events: string[] = [];
  bus.subscribe(({ type, action, name }) => events.push(`${type} ${action} ${name}`));
  const addressPools = poolsFor(instance);
  const outside = await answerOutside();
  const shared = { kernel, store, paths, instance, hostResolvConf, addressPools, events: bus };
  const again = () => createNetworkService({ ...shared, log: silentLogger, clock: systemClock });
  const networks = again();
  await networks.ensure();
  return {
    kernel,
    store,
    paths,
    hostResolvConf,
    instance,
    networks,
    events,
    again,
    async attach(name, endpoints, ports = []) {
      const id = newContainerId();
      const request = {
        containerId: id,
        name,
        hostname: name,
        ports,
        dns: [outside.address],
        mode: { kind: 'networks', endpoints },
      } as const;
      return { ...(await networks.attach(request)), id, name };
    },
    async [Symbol.asyncDispose]() {
      outside.close();
      await networks.reconcile(new Set());
      await networks.prune();
      for (const { bridge } of await networks.list()) if (bridge !== undefined) await kernel.deleteLink(bridge);
      await kernel.deleteTable(instance);
      await kernel[Symbol.asyncDispose]();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** The one name of the outside that the servers of the bench's containers know, and its address. */
export const OUTSIDE = { name: 'outside.example', address: '192.0.2.99' } as const;

/** A name server of the host, which says at once that a name does not exist: those of the real host may take seconds. */
async function answerOutside(): Promise<{ address: string; close(): void }> {
  const address = `127.${randomInt(1, 255)}.${randomInt(1, 255)}.${randomInt(1, 255)}`;
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address: asker }) => {
    const end = query.indexOf(0, 12) + 5;
    const question = query.subarray(12, end);
    const known = question.toString('latin1').startsWith('\x07outside\x07example\0\0\x01');
    const header = Buffer.from([0x81, known ? 0x80 : 0x83, 0, 1, 0, known ? 1 : 0, 0, 0, 0, 0]);
    const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...OUTSIDE.address.split('.').map(Number)]);
    const parts = [query.subarray(0, 2), header, question, ...(known ? [answer] : [])];
    socket.send(Buffer.concat(parts), port, asker);
  });
  socket.bind(53, address);
  await once(socket, 'listening');
  return { address, close: () => void socket.close() };
}

/** Of their own for each bench, as several run side by side; more than one, as the host may route one of them. */
function poolsFor(instance: string): string[] {
  const bytes = createHash('sha256').update(instance).digest();
  return [0, 2].map((at) => `10.${112 + (bytes.readUInt8(at) % 64)}.${bytes.readUInt8(at + 1) & 0xf0}.0/20`);
}

/** What a program of Node printed that ran in a namespace. */
export async function runIn(netns: string | undefined, program: string): Promise<string> {
  if (netns === undefined) throw new Error('the container has no namespace of its own');
  const child = spawn('nsenter', [`--net=${netns}`, process.execPath, '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await Promise.all([child.stdout.toArray(), once(child, 'exit')]);
  return Buffer.concat(said).toString();
}

/** The addresses of a name as a container is told them, or the code of the refusal. */
export function lookUp(asker: Sandbox, name: string, type: 'A' | 'AAAA' = 'A'): Promise<string> {
  const server = /^nameserver (\S+)/m.exec(asker.resolvConf)?.[1] ?? '';
  return runIn(
    asker.netns,
    `const resolver = new (require('node:dns').promises.Resolver)({ timeout: 1000, tries: 4 });
    resolver.setServers([${JSON.stringify(server)}]);
    resolver.resolve(${JSON.stringify(name)}, '${type}').then(
      (found) => process.stdout.write([...new Set(found)].sort().join()),
      (error) => process.stdout.write(error.code));`,
  );
}

/** What an HTTP server answered to a container, or the code of the failure. */
export function readFrom(asker: Sandbox, address: string, timeoutMs = 5_000): Promise<string> {
  return runIn(
    asker.netns,
    `fetch('http://${address}/', { signal: AbortSignal.timeout(${timeoutMs}) }).then((answer) => answer.text()).then(
      (text) => process.stdout.write(text),
      (error) => process.stdout.write(error.cause?.code ?? error.name));`,
  );
}

/** An HTTP server inside a namespace, on all its addresses, that answers every request with its name; ended by dispose. */
export async function serveIn(netns: string | undefined, name: string): Promise<AsyncDisposable> {
  if (netns === undefined) throw new Error('the container has no namespace of its own');
  const program = `require('node:http').createServer((_, response) => response.end(${JSON.stringify(name)}))
    .listen(80, '::', () => process.stdout.write('up'));`;
  const child = spawn('nsenter', [`--net=${netns}`, process.execPath, '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return {
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
