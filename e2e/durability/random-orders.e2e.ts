// Random orders on many containers at once: each is answered as a model of one container says, or, where several clients
// order the same containers, with an answer that some order of theirs explains; nothing is left at the end.
// DAVIT_SEED repeats a run, DAVIT_ORDERS makes it longer.
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { findTraces } from '../kernel-traces.ts';
import type { Tell } from '../socket-client.ts';
import { untilVerified } from '../verify.ts';
import { startBaseServer } from './base-server.ts';

const SEED = Number(process.env['DAVIT_SEED'] ?? randomInt(2 ** 31));
const ORDERS = Number(process.env['DAVIT_ORDERS'] ?? 25);
const CONTAINERS = 12;
const CLIENTS = 20;
const TIMEOUT_MS = 240_000 + ORDERS * 20_000;

type Status = 'absent' | 'created' | 'running' | 'paused' | 'exited';

interface Model {
  status: Status;
  name: string;
  connected: boolean;
}

/** A number below `limit`, the same ones for the same seed. */
function randomOf(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

interface Verb {
  send(tell: Tell, name: string, model: Model): Promise<{ status: number; body: string }>;
  /** The status of the answer, of several when Docker's releases differ. */
  expect(model: Model): readonly number[];
  change(model: Model): void;
}

const isLive = ({ status }: Model) => status === 'running' || status === 'paused';
const CONFIG = {
  Image: 'base:1',
  Cmd: ['sleep', '600'],
  HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] } },
};
const post = (what: string, body?: object) => (tell: Tell, name: string) =>
  tell('POST', `/containers/${name}/${what}`, body);
const toState = (status: Status) => (model: Model) => {
  model.status = status;
};
const nothing = (): void => undefined;

/** Docker's table: what each order answers in each state. */
const VERBS: Record<string, Verb> = {
  create: {
    send: (tell, name) => tell('POST', `/containers/create?name=${name}`, CONFIG),
    expect: ({ status }) => [status === 'absent' ? 201 : 409],
    change: (model) => {
      if (model.status === 'absent') Object.assign(model, { status: 'created', connected: false });
    },
  },
  start: {
    send: post('start'),
    expect: ({ status }) => [{ absent: 404, created: 204, exited: 204, running: 304, paused: 409 }[status]],
    change: (model) => {
      if (model.status === 'created' || model.status === 'exited') model.status = 'running';
    },
  },
  stop: {
    send: post('stop?t=0'),
    expect: (model) => [model.status === 'absent' ? 404 : isLive(model) ? 204 : 304],
    change: (model) => {
      if (isLive(model)) model.status = 'exited';
    },
  },
  restart: {
    send: post('restart?t=0'),
    expect: ({ status }) => [status === 'absent' ? 404 : 204],
    change: (model) => {
      if (model.status !== 'absent') model.status = 'running';
    },
  },
  kill: {
    send: async (tell, name, model) => {
      const answer = await tell('POST', `/containers/${name}/kill`);
      // The end is told a moment after the signal.
      if (answer.status === 204 && isLive(model)) await tell('POST', `/containers/${name}/wait`);
      return answer;
    },
    expect: (model) => [model.status === 'absent' ? 404 : isLive(model) ? 204 : 409],
    change: (model) => {
      if (isLive(model)) model.status = 'exited';
    },
  },
  pause: {
    send: post('pause'),
    expect: ({ status }) => [status === 'absent' ? 404 : status === 'running' ? 204 : 409],
    change: (model) => {
      if (model.status === 'running') model.status = 'paused';
    },
  },
  unpause: {
    send: post('unpause'),
    expect: ({ status }) => [status === 'absent' ? 404 : status === 'paused' ? 204 : 500],
    change: (model) => {
      if (model.status === 'paused') model.status = 'running';
    },
  },
  rename: {
    send: (tell, name) => tell('POST', `/containers/${name}/rename?name=${otherName(name)}`),
    expect: ({ status }) => [status === 'absent' ? 404 : 204],
    change: (model) => {
      if (model.status !== 'absent') model.name = otherName(model.name);
    },
  },
  exec: {
    send: async (tell, name) => {
      const answer = await tell('POST', `/containers/${name}/exec`, { Cmd: ['true'] });
      if (answer.status !== 201) return answer;
      const { Id: id } = JSON.parse(answer.body) as { Id: string };
      return await tell('POST', `/exec/${id}/start`, { Detach: true });
    },
    expect: ({ status }) => [status === 'absent' ? 404 : status === 'running' ? 200 : 409],
    change: nothing,
  },
  connect: {
    send: (tell, name) => tell('POST', '/networks/side/connect', { Container: name }),
    expect: ({ status, connected }) => (status === 'absent' ? [404] : connected ? [403, 409] : [200]),
    change: (model) => {
      if (model.status !== 'absent') model.connected = true;
    },
  },
  disconnect: {
    send: (tell, name) => tell('POST', '/networks/side/disconnect', { Container: name }),
    expect: ({ status, connected }) => (status === 'absent' ? [404] : connected ? [200] : [500]),
    change: (model) => {
      model.connected = false;
    },
  },
  update: {
    send: post('update', { CpuShares: 512 }),
    expect: ({ status }) => [status === 'absent' ? 404 : 200],
    change: nothing,
  },
  remove: {
    send: (tell, name) => tell('DELETE', `/containers/${name}`),
    expect: (model) => [model.status === 'absent' ? 404 : isLive(model) ? 409 : 204],
    change: (model) => {
      if (!isLive(model)) model.status = 'absent';
    },
  },
  'remove by force': {
    send: (tell, name) => tell('DELETE', `/containers/${name}?force=1&v=1`),
    expect: ({ status }) => [status === 'absent' ? 404 : 204],
    change: toState('absent'),
  },
};

/** Orders that lead somewhere come more often than those that end all. */
const WEIGHTED = Object.keys(VERBS).flatMap((verb) =>
  verb.startsWith('remove') ? [verb] : ['create', 'start'].includes(verb) ? [verb, verb, verb] : [verb, verb],
);

function otherName(name: string): string {
  return name.endsWith('-b') ? name.slice(0, -2) : `${name}-b`;
}

test('random orders, each container by one client: every answer and every state is as the model says', {
  timeout: TIMEOUT_MS,
}, async (t) => {
  t.diagnostic(`DAVIT_SEED=${SEED}`);
  await using server = await startBaseServer({ pools: 2 });
  const { davit, tell, ask } = server;
  await ask('POST', '/networks/create', { Name: 'side' });
  const before = await findTraces(davit);
  const counts = await Promise.all(
    Array.from({ length: CONTAINERS }, async (_, at) => {
      const random = randomOf(SEED + at);
      const model: Model = { status: 'absent', name: `box-${at}`, connected: false };
      const done: string[] = [];
      for (let order = 0; order < ORDERS; order += 1) {
        const verb = WEIGHTED[random(WEIGHTED.length)] ?? 'create';
        const { send, expect, change } = VERBS[verb] ?? assert.fail(verb);
        done.push(`${verb} when ${model.status}`);
        const { status, body } = await send(tell, model.name, model);
        const about = `seed ${SEED}, box-${at}: ${done.join(', ')}: ${status} ${body.trim()}`;
        assert.ok(expect(model).includes(status), about);
        change(model);
        assert.equal(await statusOf(tell, model), model.status, about);
      }
      return done.length;
    }),
  );
  assert.equal(counts.length, CONTAINERS);
  await endWith(server, before);
});

test('random orders of many clients on the same containers: no answer but those Docker gives, and all ends well', {
  timeout: TIMEOUT_MS,
}, async (t) => {
  t.diagnostic(`DAVIT_SEED=${SEED}`);
  await using server = await startBaseServer({ pools: 2 });
  const { davit, tell, ask } = server;
  await ask('POST', '/networks/create', { Name: 'side' });
  const before = await findTraces(davit);
  const shared = Array.from({ length: CONTAINERS / 3 }, (_, at) => `common-${at}`);
  const seen = new Map<number, number>();
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_, at) => {
      const random = randomOf(SEED - at - 1);
      for (let order = 0; order < ORDERS; order += 1) {
        const verb = WEIGHTED[random(WEIGHTED.length)] ?? 'create';
        const base = shared[random(shared.length)] ?? '';
        const name = random(4) === 0 ? otherName(base) : base;
        const { send } = VERBS[verb] ?? assert.fail(verb);
        const { status, body } = await send(tell, name, { status: 'absent', name, connected: false });
        assert.ok(
          ALLOWED.includes(status) || DOCKERS_OWN.test(body),
          `seed ${SEED}: ${verb} of ${name}: ${status} ${body.trim()}`,
        );
        seen.set(status, (seen.get(status) ?? 0) + 1);
      }
    }),
  );
  t.diagnostic([...seen].map(([status, count]) => `${status}: ${count}`).join(', '));
  assert.ok((seen.get(204) ?? 0) > 0 && (seen.get(201) ?? 0) > 0, 'nothing was done');
  await endWith(server, before);
});

const ALLOWED = [200, 201, 204, 304, 403, 404, 409];
/** For the first two dockerd answers 500, and its clients know it so; the last is said to the slower of two that rename alike. */
const DOCKERS_OWN = /is not (paused|connected to (the )?network side)|with the same name as its current name/;

async function statusOf(tell: Tell, { name }: Model): Promise<string> {
  const { status, body } = await tell('GET', `/containers/${name}/json`);
  if (status === 404) return 'absent';
  return (JSON.parse(body) as { State: { Status: string } }).State.Status;
}

/** Everything can be removed, and the host is as it was. */
async function endWith({ davit, tell, ask }: Awaited<ReturnType<typeof startBaseServer>>, before: readonly string[]) {
  for (const { Id: id, State: state } of JSON.parse(await ask('GET', '/containers/json?all=1')) as {
    Id: string;
    State: string;
  }[]) {
    assert.ok(['created', 'running', 'paused', 'exited'].includes(state), `${id} is ${state}`);
    await ask('DELETE', `/containers/${id}?force=1&v=1`);
  }
  await ask('DELETE', '/networks/side');
  assert.equal((await tell('GET', '/containers/json?all=1')).body.trim(), '[]');
  await untilVerified(davit);
  const added = (await findTraces(davit)).filter((trace) => !before.includes(trace));
  assert.deepEqual(added, []);
  assert.doesNotMatch(davit.output(), /"level":(50|60)/);
}
