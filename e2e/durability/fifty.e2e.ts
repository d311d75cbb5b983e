// kill -9 with fifty containers: all go on, what they write and how they end while nobody is there is known afterwards.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { waitUntil } from '#engine/testing/wait-until.ts';
import { untilStarted } from '../davit-process.ts';
import { untilVerified } from '../verify.ts';
import { type BaseServer, logsOf, startBaseServer, startContainer } from './base-server.ts';

const COUNT = 50;
const ENDING = 10;
const AT_ONCE = 5;
const SCRIPT = 'i=0; while [ ! -e /signs/$0 ]; do echo "line $i"; i=$((i+1)); sleep 1; done; echo end; exit $1';

interface Row {
  State: { Status: string; Pid: number; ExitCode: number };
}

test(`the server is killed with ${COUNT} containers, ${ENDING} of which end while it is away`, {
  timeout: 300_000,
}, async () => {
  await using server = await startBaseServer();
  const { davit, ask } = server;
  const signs = join(dirname(davit.dataRoot), 'signs');
  await mkdir(signs);
  const names = Array.from({ length: COUNT }, (_, at) => `box-${at + 1}`);
  const queue = [...names];
  const work = async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      await startContainer(ask, name, ['sh', '-c', SCRIPT, name, codeOf(name)], {
        HostConfig: { Binds: [`${signs}:/signs`] },
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const pids = new Map<string, number>();
  for (const name of names) pids.set(name, (await inspect(server, name)).Pid);

  await davit.kill();
  const [ending, staying] = [names.slice(0, ENDING), names.slice(ENDING)];
  for (const name of ending) await writeFile(join(signs, name), '');
  for (const name of ending) await waitUntil(`${name} has ended`, () => !existsSync(`/proc/${pids.get(name)}`), 60_000);
  await davit.start();
  await untilStarted(davit);

  const rows = JSON.parse(await ask('GET', '/containers/json?all=1')) as unknown[];
  assert.equal(rows.length, COUNT);
  for (const name of staying) {
    const { Status: status, Pid: pid } = await inspect(server, name);
    assert.deepEqual([status, pid], ['running', pids.get(name)], name);
  }
  for (const name of ending) {
    const { Status: status, ExitCode: code } = await inspect(server, name);
    assert.deepEqual([status, code], ['exited', Number(codeOf(name))], name);
    assert.match(await logsOf(ask, name), /end\n$/);
  }
  for (const name of names) {
    const numbers = [...(await logsOf(ask, name)).matchAll(/line (\d+)/g)].map(([, number]) => Number(number));
    assert.ok(numbers.length > 0, name);
    assert.deepEqual(
      numbers,
      numbers.map((_, at) => at),
      name,
    );
  }
  await untilVerified(davit);
  await Promise.all(names.map((name) => ask('DELETE', `/containers/${name}?force=1`)));
  await untilVerified(davit);
});

/** Each has its own, so that none is taken for another's. */
function codeOf(name: string): string {
  return name.slice('box-'.length);
}

async function inspect({ ask }: BaseServer, name: string): Promise<Row['State']> {
  return (JSON.parse(await ask('GET', `/containers/${name}/json`)) as Row).State;
}
