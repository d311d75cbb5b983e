import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ContainerDetail } from '#engine/containers/index.ts';
import { toContainerInspect } from './container-inspect.ts';
import { toContainerRow } from './container-list.ts';
import { readCreateRequest } from './create-request.ts';
import type { Attachment } from './endpoint.ts';
import { JsonObject } from './json-object.ts';

// biome-ignore lint/suspicious/noExplicitAny: an answer of another program, compared as a whole
type Json = any;

const golden = (name: string): { request: Json; body: Json } =>
  JSON.parse(readFileSync(join(import.meta.dirname, 'golden', `${name}.json`), 'utf8'));

const running = golden('container-inspect-running').body;
const created = golden('container-inspect-created').body;
const listed = golden('container-list').body[0];

/** The container of the recordings, as our engine would tell of it. */
function demo(): ContainerDetail {
  const { body } = golden('container-create').request;
  const config = readCreateRequest(JsonObject.from(body, ''));
  const env = running.Config.Env;
  const merged = { ...config, env, hostname: running.Config.Hostname };
  return {
    id: running.Id,
    name: 'demo',
    image: 'busybox',
    imageId: running.Image,
    command: body.Cmd.join(' '),
    args: body.Cmd,
    networkMode: 'web',
    createdAt: new Date(running.Created),
    createdBy: undefined,
    state: {
      status: 'running',
      pid: running.State.Pid,
      pidStartTicks: 1n,
      startedAt: new Date(running.State.StartedAt),
      health: {
        status: 'healthy',
        failingStreak: 0,
        log: running.State.Health.Log.map((probe: Json) => {
          const [startedAt, endedAt] = [new Date(probe.Start), new Date(probe.End)];
          return { startedAt, endedAt, exitCode: probe.ExitCode, output: probe.Output };
        }),
      },
    },
    status: 'Up 2 seconds (healthy)',
    ports: [{ protocol: 'tcp', containerPort: 80, hostAddress: '127.0.0.1', hostPort: 32_782 }],
    exposedPorts: ['80/tcp'],
    networks: [{ name: 'web', address: '172.18.0.2' }],
    mounts: [...config.mounts],
    labels: { l: 'm' },
    restartCount: 0,
    memoryLimitBytes: 67_108_864,
    allowedActions: [],
    config: merged,
    process: { args: body.Cmd, env, cwd: '/', user: '', stopSignal: 15, stopTimeoutSeconds: 10 },
    paths: { log: running.LogPath, bundle: running.HostsPath.replace(/\/hosts$/, '') },
    stopReason: undefined,
    execIds: [],
  };
}

const web: Attachment = {
  network: {
    id: running.NetworkSettings.Networks.web.NetworkID,
    name: 'web',
    subnets: [{ subnet: '172.18.0.0/16', gateway: '172.18.0.1', ipRange: undefined, auxAddresses: {} }],
  },
  endpoint: { address: '172.18.0.2', ipv6: undefined, mac: '82:6a:99:83:96:64', aliases: ['w'] },
};

const facts = {
  attachments: [web],
  volumes: new Map([['data', '/var/lib/docker/volumes/data/_data']]),
  cgroupVersion: 1 as const,
  execIds: [],
  level: 51,
};

/** What is another thing here, and is not compared. */
function comparable(answer: Json): Json {
  const copy = structuredClone(answer);
  delete copy.GraphDriver.Data;
  delete copy.SizeRootFs;
  delete copy.SizeRw;
  for (const key of ['SandboxID', 'SandboxKey']) delete copy.NetworkSettings[key];
  delete copy.NetworkSettings.Networks.web.EndpointID;
  // Our clock has milliseconds.
  for (const part of [copy, copy.State, ...(copy.State.Health?.Log ?? [])]) {
    for (const key of ['Created', 'StartedAt', 'FinishedAt', 'Start', 'End']) {
      if (typeof part[key] === 'string') part[key] = part[key].replace(/(\.\d{3})\d*Z$/, '$1Z');
    }
  }
  return copy;
}

test('inspect of a running container is the answer dockerd gave, field for field', () => {
  const answer = JSON.parse(JSON.stringify(toContainerInspect(demo(), facts)));
  assert.deepEqual(comparable(answer), comparable(running));
});

test('where the file system lies is told as long as there is one', () => {
  const layers = { upper: '/s/3/fs', work: '/s/3/work', merged: '/run/c/root', lowerDirs: ['/s/init', '/s/1/fs'] };
  assert.deepEqual(toContainerInspect(demo(), { ...facts, layers }).GraphDriver.Data, {
    ID: running.Id,
    LowerDir: '/s/init:/s/1/fs',
    MergedDir: '/run/c/root',
    UpperDir: '/s/3/fs',
    WorkDir: '/s/3/work',
  });
  assert.deepEqual(toContainerInspect(demo(), facts).GraphDriver.Data, { ID: running.Id });
});

test('inspect of a created container has empty places, not missing ones', () => {
  const detail: ContainerDetail = { ...demo(), state: { status: 'created' }, ports: [], networks: [] };
  const answer = JSON.parse(JSON.stringify(toContainerInspect(detail, { ...facts, attachments: [] })));
  assert.deepEqual(comparable(answer), comparable(created));
});

test('before 1.45 the short id is among the aliases', () => {
  const { NetworkSettings } = toContainerInspect(demo(), { ...facts, level: 41 });
  const endpoint: Json = NetworkSettings.Networks['web'];
  assert.deepEqual(endpoint.Aliases, ['w', running.Id.slice(0, 12)]);
  assert.deepEqual(endpoint.DNSNames, ['demo', 'w', running.Id.slice(0, 12)]);
});

test('a row of the list is the answer dockerd gave', () => {
  const size = { writable: 0, root: 1_985_570 };
  const answer: Json = JSON.parse(JSON.stringify(toContainerRow(demo(), { ...facts, size })));
  const expected = structuredClone(listed);
  delete expected.NetworkSettings.Networks.web.EndpointID;
  delete answer.NetworkSettings.Networks.web.EndpointID;
  assert.deepEqual(answer, expected);
});

test('a port on all addresses is told as two', () => {
  const ports = [{ protocol: 'tcp' as const, containerPort: 80, hostAddress: '', hostPort: 8080 }];
  const { NetworkSettings } = toContainerInspect({ ...demo(), ports }, facts);
  assert.deepEqual(NetworkSettings.Ports, {
    '80/tcp': [
      { HostIp: '0.0.0.0', HostPort: '8080' },
      { HostIp: '::', HostPort: '8080' },
    ],
  });
});
