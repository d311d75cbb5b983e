import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesQuery, parseQuery } from './container-query.ts';

type Queried = Parameters<typeof matchesQuery>[0];

const startedAt = new Date(0);
const web = {
  id: 'abc123' as Queried['id'],
  name: 'shop-web',
  image: 'nginx:1.27',
  command: 'nginx -g daemon off;',
  state: { status: 'running', pid: 1, pidStartTicks: 1n, startedAt },
  labels: { env: 'prod', 'com.docker.compose.project': 'shop', team: 'web shop' },
  ports: [{ protocol: 'tcp', hostAddress: '', hostPort: 8080, containerPort: 80 }],
  networks: [{ name: 'front', address: '10.0.0.2' }],
  mounts: [{ type: 'volume', name: 'data', target: '/data', readOnly: false }],
} satisfies Queried;

function matches(query: string, container: Queried = web): boolean {
  return matchesQuery(container, parseQuery(query));
}

test('every word must hold', () => {
  for (const query of [
    '',
    'web',
    'NGINX',
    'nginx:1.27',
    'abc',
    'state:running',
    'stack:shop label:env=prod port:8080 net:front vol:data',
    'port:80',
    'vol:/data',
    'label:env',
    'label:team="web shop"',
    'image:nginx name:shop',
    '-state:exited -label:env=test',
    'state:',
  ]) {
    assert.equal(matches(query), true, query);
  }
  for (const query of [
    'api',
    'web api',
    'state:exited',
    'label:env=pro',
    'label:en',
    'port:808',
    'net:fro',
    '-web',
    'stack:sho',
  ]) {
    assert.equal(matches(query), false, query);
  }
});

test('state: knows the words of the chips too', () => {
  const finished = { startedAt, finishedAt: startedAt };
  const killed: Queried = { ...web, state: { status: 'exited', exitCode: 137, oomKilled: true, ...finished } };
  for (const query of ['state:exited', 'state:oom']) assert.equal(matches(query, killed), true, query);
  assert.equal(matches('state:failed', killed), false);
});

test('a term keeps how it was typed, and a dash turns it around', () => {
  assert.deepEqual(parseQuery('Web  -Label:team="a b" -'), [
    { field: 'text', value: 'web', not: false, source: 'Web' },
    { field: 'label', value: 'team=a b', not: true, source: '-Label:team="a b"' },
    { field: 'text', value: '-', not: false, source: '-' },
  ]);
});
