// The docker CLI over TCP: with a client certificate, with an access token, with neither, and with ones that were taken away.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import Database from 'better-sqlite3';
import { adminHere } from '../admin-here.ts';
import { freePort } from '../free-port.ts';
import { startDockerCli, withoutDocker } from './client.ts';

const LONG = { timeout: 180_000, skip: withoutDocker };
/** What a revocation may take. */
const REVOKED_MS = 2_000;

type Cli = Awaited<ReturnType<typeof startDockerCli>>;
let cli: Cli;
let port: number;

before(
  async () => {
    if (withoutDocker !== undefined) return;
    port = await freePort();
    cli = await startDockerCli(['--docker-tcp', `127.0.0.1:${port}`]);
    for (const [name, role] of [
      ['dora', 'developer'],
      ['olga', 'operator'],
      ['vera', 'viewer'],
    ] as const) {
      await adminHere(cli.davit, ['create-user', name, '--role', role, '--password-stdin'], 'correct horse battery');
    }
  },
  { timeout: 180_000 },
);

after(() => cli?.[Symbol.asyncDispose]());

type Env = Record<string, string>;

async function byCertificate(user: string): Promise<{ env: Env; id: string }> {
  const folder = join(cli.folder, `certificate-${user}-${Math.random().toString(36).slice(2)}`);
  const id = await adminHere(cli.davit, ['issue-certificate', user, folder]);
  return { id, env: remote(folder) };
}

async function byToken(user: string, ...more: string[]): Promise<{ env: Env; id: string }> {
  const token = await adminHere(cli.davit, ['create-token', user, ...more]);
  const folder = join(cli.folder, `token-${user}-${Math.random().toString(36).slice(2)}`);
  await mkdir(folder);
  await copyFile(join(cli.davit.dataRoot, 'tls/ca.pem'), join(folder, 'ca.pem'));
  await writeFile(join(folder, 'config.json'), JSON.stringify({ HttpHeaders: { Authorization: `Bearer ${token}` } }));
  const [line = ''] = (await adminHere(cli.davit, ['list-tokens', user])).split('\n');
  return { id: line.split('\t')[0] ?? '', env: { ...remote(folder), DOCKER_CONFIG: folder } };
}

const remote = (folder: string): Env => ({
  DOCKER_HOST: `tcp://127.0.0.1:${port}`,
  DOCKER_TLS_VERIFY: '1',
  DOCKER_CERT_PATH: folder,
});

for (const [how, open] of [
  ['certificate', byCertificate],
  ['token', byToken],
] as const) {
  test(`with a ${how}: run, input with its end, exec, copy and logs go over TLS`, LONG, async () => {
    const { env } = await open('dora');
    const run = async (args: string[], input = '') => {
      const { code, out, err } = await cli.run(args, input, env);
      assert.equal(code, 0, `docker ${args.join(' ')}: ${err}`);
      return out;
    };
    const name = `via-${how}`;
    assert.equal((await run(['run', '--rm', '-i', 'base:1', 'wc', '-l'], 'a\nb\nc\n')).trim(), '3');
    await run(['run', '-d', '--name', name, 'base:1', 'sh', '-c', 'echo hello; sleep 600']);
    assert.equal(await run(['exec', name, 'echo', 'inside']), 'inside');
    assert.equal(await run(['logs', name]), 'hello');
    await run(['cp', cli.rootfs, `${name}:/tmp.tar`]);
    const refused = await cli.run(['run', '--rm', '--privileged', 'base:1', 'true'], '', env);
    assert.equal(refused.code, 125);
    assert.match(refused.err, /Not allowed for your role: privileged/);
    // The same user by the other door.
    assert.match(await cli.docker('inspect', '-f', '{{.State.Running}}', name), /true/);
    await run(['rm', '-f', name]);
  });
}

test('nobody is let in without either, with a foreign certificate, or in the clear', LONG, async () => {
  const { env } = await byToken('dora');
  const nobody = await cli.run(['ps'], '', { ...env, DOCKER_CONFIG: cli.folder });
  assert.match(nobody.err, /unauthorized: show a client certificate of this server, or an access token/);
  const { env: foreign } = await byCertificate('dora');
  // Signed by the authority for servers, which is none for clients.
  const folder = foreign['DOCKER_CERT_PATH'] ?? '';
  await copyFile(join(cli.davit.dataRoot, 'tls/server.pem'), join(folder, 'cert.pem'));
  await copyFile(join(cli.davit.dataRoot, 'tls/server-key.pem'), join(folder, 'key.pem'));
  assert.match((await cli.run(['ps'], '', foreign)).err, /unauthorized/);
  const clear = await cli.run(['ps'], '', { DOCKER_HOST: `tcp://127.0.0.1:${port}` });
  assert.match(clear.err, /Client sent an HTTP request to an HTTPS server/);
});

test('a token of a viewer changes nothing, and one for reading alone neither', LONG, async () => {
  await cli.docker('run', '-d', '--name', 'kept', 'base:1', 'sleep', '600');
  const viewer = await byToken('vera');
  assert.match((await cli.run(['ps', '--format', '{{.Names}}'], '', viewer.env)).out, /kept/);
  assert.match((await cli.run(['stop', 'kept'], '', viewer.env)).err, /needs the permission container:stop/);
  const reader = await byToken('olga', '--scope', 'containers:read');
  assert.match((await cli.run(['ps', '--format', '{{.Names}}'], '', reader.env)).out, /kept/);
  const { err } = await cli.run(['stop', 'kept'], '', reader.env);
  assert.match(err, /This token lacks the scope containers:write/);
  await assert.rejects(
    adminHere(cli.davit, ['create-token', 'vera', '--scope', 'containers:write']),
    /holds nothing in/,
  );
  await cli.docker('rm', '-f', 'kept');
});

test('a token of an operator cannot exceed the operator after demotion', LONG, async () => {
  await cli.docker('run', '-d', '--name', 'served', 'base:1', 'sleep', '600');
  const { env } = await byToken('olga');
  assert.equal((await cli.run(['restart', '-t', '0', 'served'], '', env)).code, 0);
  await adminHere(cli.davit, ['set-role', 'olga', '--role', 'viewer']);
  assert.match((await cli.run(['restart', 'served'], '', env)).err, /needs the permission container:restart/);
  await adminHere(cli.davit, ['set-role', 'olga', '--role', 'operator']);
  await cli.docker('rm', '-f', 'served');
});

for (const [what, take] of [
  ['a revoked token', async () => byTaken(await byToken('dora'), ['revoke-token'])],
  ['a revoked certificate', async () => byTaken(await byCertificate('dora'), ['revoke-token'])],
  ['a disabled user', async () => ({ ...(await byToken('dora')), take: ['disable-user', 'dora'] })],
  [
    'a user with another role',
    async () => ({ ...(await byCertificate('dora')), take: ['set-role', 'dora', '--role', 'viewer'] }),
  ],
] as const) {
  test(`the open streams of ${what} end at once`, LONG, async () => {
    const { env, take: command } = await take();
    const made = await cli.run(
      ['run', '-d', '-i', '--name', 'talks', 'base:1', 'sh', '-c', 'echo ready; cat'],
      '',
      env,
    );
    assert.equal(made.code, 0, made.err);
    const follows = [
      ['events'],
      ['logs', '-f', 'talks'],
      ['attach', '--sig-proxy=false', 'talks'],
      ['exec', '-i', 'talks', 'cat'],
      ['wait', 'talks'],
    ].map((args) => spawn('docker', args, { env: { ...cli.env, ...env }, stdio: ['pipe', 'pipe', 'ignore'] }));
    const ended = Promise.all(follows.map((child) => once(child, 'exit').then(() => Date.now())));
    const [, logs] = follows;
    assert.ok(logs);
    await once(logs.stdout, 'data');
    // The others have no first word of their own: all have asked once the server has as many connections.
    await untilConnected(follows.length);
    await adminHere(cli.davit, [...command]);
    const done = Date.now();
    const took = Math.max(...(await ended)) - done;
    assert.ok(took < REVOKED_MS, `ended after ${took} ms`);
    assert.notEqual((await cli.run(['ps'], '', env)).code, what === 'a user with another role' ? 1 : 0);
    await adminHere(cli.davit, ['enable-user', 'dora']);
    await adminHere(cli.davit, ['set-role', 'dora', '--role', 'developer']);
    await cli.docker('rm', '-f', 'talks');
  });
}

function byTaken({ env, id }: { env: Env; id: string }, command: string[]): { env: Env; take: string[] } {
  return { env, take: [...command, id] };
}

async function untilConnected(count: number): Promise<void> {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (;;) {
    const rows = (await readFile('/proc/net/tcp', 'utf8')).split('\n').map((row) => row.trim().split(/\s+/));
    const open = rows.filter(([, local = '', , state]) => local.endsWith(wanted) && state === '01');
    if (open.length >= count) return;
    await new Promise((done) => setTimeout(done, 50));
  }
}

test('the audit log names the user, the token and the address', LONG, async () => {
  const { env, id } = await byToken('dora');
  assert.equal((await cli.run(['volume', 'create', 'noted'], '', env)).code, 0);
  assert.equal((await cli.run(['volume', 'rm', 'noted'], '', env)).code, 0);
  const db = new Database(join(cli.davit.dataRoot, 'davit.db'), { readonly: true });
  const rows = db
    .prepare(
      "select actorName, sessionId, address, action from AuditRow where action like 'volume.%' order by seq desc",
    )
    .all();
  db.close();
  assert.deepEqual(rows[0], { actorName: 'dora', sessionId: id, address: '127.0.0.1', action: 'volume.remove' });
});
