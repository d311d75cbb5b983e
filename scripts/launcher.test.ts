// What ./davit answers before it touches the host: help, version, the unit, and lines that cannot be meant.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROLES } from '#server/access/index.ts';
import { USAGE } from '#server/admin/read-command.ts';
import { SETTINGS } from '#server/config/index.ts';

const ROOT = join(import.meta.dirname, '..');

/** Standard input is a closed pipe: a command that asks would end or hang, and a hang is cut off. */
function davit(...args: string[]) {
  const { status, stdout, stderr } = spawnSync('sh', [join(ROOT, 'davit'), ...args], {
    input: '',
    encoding: 'utf8',
    timeout: 60_000,
    cwd: tmpdir(),
  });
  return { status, stdout, stderr };
}

const COMMANDS = ['up', 'build', 'test', 'doctor', 'admin', 'install-service', 'version'];

for (const command of COMMANDS) {
  test(`${command} --help names its usage and ends with 0`, () => {
    const { status, stdout } = davit(command, '--help');
    assert.equal(status, 0);
    assert.match(stdout, new RegExp(`^usage: \\./davit ${command}\\b`));
  });
}

test('the general help lists every command; no command at all is wrong usage', () => {
  const { status, stdout } = davit('--help');
  assert.equal(status, 0);
  for (const command of COMMANDS) assert.match(stdout, new RegExp(`^  ${command} `, 'm'));
  const nothing = davit();
  assert.deepEqual([nothing.status, nothing.stdout], [2, '']);
  assert.match(nothing.stderr, /^usage: /);
});

const WRONG: [args: string[], said: RegExp][] = [
  [['fly'], /unknown command "fly"/],
  [['up', '--colour', 'red'], /^davit up: unknown option "--colour"\nSee \.\/davit up --help$/m],
  [['up', '--colour=red'], /unknown option "--colour"/],
  [['up', '--listen'], /option "--listen" needs a value/],
  [['up', 'now'], /unexpected word "now"/],
  [['build', '--fast'], /^davit build: unexpected "--fast"/],
  [['test', 'units'], /^davit test: unknown suite "units"/],
  [['doctor', '--deep'], /^davit doctor: unknown option "--deep"/],
  [['admin'], /^davit admin: a command is needed/],
  [['version', '--long'], /^davit version: unexpected "--long"/],
  [['install-service', '--user'], /^davit install-service: unknown option "--user"/],
  [['install-service', '--data-root', '/srv/a b'], /"\/srv\/a b" has characters that a unit file cannot hold/],
];

for (const [args, said] of WRONG) {
  test(`"${args.join(' ')}" is refused with 2, naming what and where`, () => {
    const { status, stdout, stderr } = davit(...args);
    assert.equal(status, 2);
    assert.equal(stdout, '');
    assert.match(stderr, said);
  });
}

test('the help of up lists the settings of the server, each with its variable, and no others', () => {
  const { stdout } = davit('up', '--help');
  const lines = stdout.split('\n').filter((line) => line.startsWith('  --'));
  assert.deepEqual(
    lines.map((line) => [/^ {2}--([\w-]+)/.exec(line)?.[1], /DAVIT_\w+$/.exec(line)?.[0]]),
    SETTINGS.map(({ flag, env }) => [flag, env]),
  );
  // What the help lists is what the launcher lets through: a name it did not know would be refused before this one.
  for (const { flag } of SETTINGS) assert.match(davit('up', `--${flag}=x`, '--end').stderr, /unknown option "--end"/);
});

test('the help of admin names each role, and is what the program behind it says', () => {
  const { stdout } = davit('admin', '--help');
  assert.equal(stdout, USAGE);
  assert.match(stdout, new RegExp(`^Roles: ${ROLES.join(', ')}\\.$`, 'm'));
});

test('version prints that of package.json, also through a symbolic link', () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  assert.equal(davit('version').stdout, `davit ${version}\n`);
  const folder = mkdtempSync(join(tmpdir(), 'davit-link-'));
  try {
    symlinkSync(join(ROOT, 'davit'), join(folder, 'davit'));
    const linked = spawnSync(join(folder, 'davit'), ['version'], { encoding: 'utf8' });
    assert.equal(linked.stdout, `davit ${version}\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the unit leaves containers alone, may divide its cgroup and carries the options', () => {
  const { status, stdout } = davit('install-service', '--print', '--listen', '127.0.0.1:7400', '--instance=two');
  assert.equal(status, 0);
  const service = stdout.slice(stdout.indexOf('[Service]'), stdout.indexOf('[Install]')).split('\n');
  assert.ok(service.includes(`ExecStart=${ROOT}/davit up --listen 127.0.0.1:7400 --instance=two`));
  for (const line of ['KillMode=process', 'Delegate=yes', 'Restart=always', 'RestartPreventExitStatus=2']) {
    assert.ok(service.includes(line), line);
  }
  assert.match(stdout, /\[Install\]\nWantedBy=multi-user\.target\n$/);
  assert.ok(davit('install-service', '--print').stdout.includes(`ExecStart=${ROOT}/davit up\n`));
});

test('the server refuses values that are wrong with 2 and a sentence, not with a stack', () => {
  const { status, stderr } = spawnSync(process.execPath, ['server/main.ts', '--listen', 'here', '--instance', 'Big'], {
    cwd: ROOT,
    encoding: 'utf8',
    input: '',
  });
  assert.equal(status, 2);
  assert.match(stderr, /^davit up: --listen "here" must be HOST:PORT[^\n]*\n--instance "Big" must be[^\n]*\nSee /);
});
