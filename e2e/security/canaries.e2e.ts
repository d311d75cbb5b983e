// Secrets that were given to a server: no answer to a viewer, no log, no audit row and no command line tells any of them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { appRouter } from '#server/trpc/router.ts';
import { type ApiClient, createApiClient } from '../api-client.ts';
import { type DavitProcess, startDavit } from '../davit-process.ts';
import { importRootfs } from './import-rootfs.ts';

const canary = (of: string) => `canary-${of}-${randomBytes(8).toString('hex')}`;

/** Of each kind of object one, under every name that a question may have for it. */
function questionsAbout(objects: Readonly<Record<string, string>>): readonly object[] {
  const about = Object.entries(objects).map(([field, value]) => ({ [field]: value }));
  return [{}, ...about, ...about.map((one) => ({ ...one, lastSeconds: 900, points: 10 }))];
}

/** Everything that questions of all procedures are answered with, refusals among it. */
async function answersTo(
  api: ApiClient,
  davit: DavitProcess,
  questions: readonly object[],
): Promise<Map<string, string>> {
  const paths = Object.entries<unknown>(appRouter._def.procedures)
    .filter(([, procedure]) => (procedure as { _def: { type: string } })._def.type === 'query')
    .map(([path]) => path);
  const answers = new Map<string, string>();
  for (const path of paths) {
    for (const question of questions) {
      const input = JSON.stringify({ json: question });
      const answer = await api.send(`${davit.url}/api/trpc/${path}?input=${encodeURIComponent(input)}`);
      answers.set(`${path} ${input}: ${answer.status}`, await answer.text());
    }
  }
  return answers;
}

test('what is secret is in no answer to a viewer, in no log, in no audit row and on no command line', {
  timeout: 300_000,
}, async () => {
  await using davit = await startDavit();
  const code = (await readFile(join(davit.dataRoot, 'setup-code'), 'utf8')).trim();
  const [password, env, refused] = [canary('password'), canary('env'), canary('refused')];
  const owner = createApiClient(davit.url);
  await owner.trpc.session.setup.mutate({ code, name: 'ann', password });
  const { imageId } = await importRootfs(owner, davit, 'busybox:1');
  const config = { image: 'busybox:1', command: ['sleep', '3600'], stopSignal: 'SIGKILL', env: [`TOKEN=${env}`] };
  const { id } = await owner.trpc.containers.run.mutate({ name: 'web', config });
  // Errors repeat a part of what was asked for.
  await assert.rejects(owner.trpc.containers.run.mutate({ name: 'web', config }));
  await assert.rejects(
    owner.trpc.containers.run.mutate({ name: 'bad', config: { ...config, image: 'none:1', env: [`T=${refused}`] } }),
  );
  const { token } = await owner.trpc.tokens.create.mutate({ name: 'ci', days: 1, scopes: ['containers:read'] });
  const viewerPassword = canary('viewer');
  await davit.admin(['create-user', 'vera', '--role', 'viewer', '--password-stdin'], viewerPassword);
  await assert.rejects(createApiClient(davit.url).trpc.session.signIn.mutate({ name: 'vera', password: refused }));
  const viewer = createApiClient(davit.url);
  await viewer.trpc.session.signIn.mutate({ name: 'vera', password: viewerPassword });

  const cookies = [owner, viewer].map((api) => api.cookie().slice(api.cookie().indexOf('=') + 1));
  const secrets = [code, password, env, refused, token, viewerPassword, ...cookies];
  const tells = (text: string) => secrets.filter((one) => text.includes(one));
  const [operation] = await viewer.trpc.operations.list.query({});
  const questions = questionsAbout({
    containerId: id,
    imageId,
    networkId: 'bridge',
    volumeName: 'none',
    operationId: operation?.id ?? '',
    removedName: 'web',
    userName: 'ann',
  });
  const answers = await answersTo(viewer, davit, questions);
  const asked = [...answers.keys()].join('\n');
  for (const good of ['containers.get', 'containers.list', 'operations.get', 'images.get', 'events.list'])
    assert.match(asked, new RegExp(`^${good} .*: 200$`, 'm'));
  for (const [question, answer] of answers) assert.deepEqual(tells(answer), [], question);
  // The owner may: else nothing would be shown by its absence.
  const shown = await owner.trpc.containers.get.query({ containerId: id });
  assert.ok(shown.config.env?.includes(`TOKEN=${env}`));

  assert.deepEqual(tells(davit.output()), [], 'the log of the server');
  assert.deepEqual(tells(execFileSync('ps', ['-ewwo', 'args'], { encoding: 'utf8' })), [], 'command lines');
  const db = new Sqlite(join(davit.dataRoot, 'davit.db'), { readonly: true });
  try {
    const rows = db.prepare('SELECT * FROM AuditRow').all() as Record<string, unknown>[];
    assert.ok(rows.length > 5);
    assert.deepEqual(tells(rows.flatMap((row) => Object.values(row)).join('\n')), [], 'audit rows');
  } finally {
    db.close();
  }
});
