import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { dockerRun } from './docker-run.ts';
import { quoteWord } from './quote-word.ts';
import { emptyForm, newEnv, newMount, newPort } from './view-model.ts';

test('an empty form is still a command to learn from', () => {
  assert.equal(dockerRun(emptyForm()), 'docker run -d \\\n  IMAGE');
});

test('each set option is a line, in the order of the form', () => {
  const form = {
    ...emptyForm('nginx:1.27'),
    name: 'web',
    ports: [
      newPort([], { hostPort: '8080', containerPort: '80' }),
      newPort([], { hostAddress: '::1', hostPort: '53', containerPort: '53', protocol: 'udp' as const }),
      newPort([], { containerPort: '9000' }),
    ],
    env: [newEnv([], { name: 'GREETING', value: "it's $5" }), newEnv([], { name: 'DB_PASSWORD', value: 'hunter2' })],
    mounts: [
      newMount([], { source: 'data', target: '/data', readOnly: true }),
      newMount([], { type: 'tmpfs' as const, target: '/run', size: '64m' }),
    ],
    network: 'container:',
    networkContainer: 'db',
    restart: 'on-failure' as const,
    maxRetries: '3',
    entrypoint: 'sh -c',
    command: '"echo hi; sleep 9"',
    memory: '1.5 GiB',
    dns: '1.1.1.1\n9.9.9.9',
    tty: true,
  };
  assert.deepEqual(dockerRun(form).split(' \\\n  '), [
    'docker run -d',
    '--name web',
    '-p 8080:80',
    "-p '[::1]:53:53/udp'",
    '-p 9000',
    `-e 'GREETING=it'\\''s $5'`,
    '-e DB_PASSWORD',
    '-v data:/data:ro',
    '--tmpfs /run:size=64m',
    '--network container:db',
    '--restart on-failure:3',
    '--entrypoint sh',
    '--tty',
    '--dns 1.1.1.1',
    '--dns 9.9.9.9',
    '--memory 1.5GiB',
    "nginx:1.27 -c 'echo hi; sleep 9'",
  ]);
});

test('a shell reads every quoted word as it was', () => {
  const words = [
    'plain',
    '',
    'a b',
    "it's",
    '$(reboot)',
    '`id`',
    'a\\b',
    '"',
    '*',
    'line\nbreak',
    '!x',
    '中文',
    ';&|<>',
  ];
  const printed = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${words.map(quoteWord).join(' ')}`], {
    encoding: 'utf8',
  });
  assert.deepEqual(printed.split('\0').slice(0, -1), words);
});
