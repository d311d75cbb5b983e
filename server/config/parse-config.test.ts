import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEngineError } from '#engine/errors/index.ts';
import { describeSettings, isLoopback, parseConfig, readFlags } from './index.ts';

test('nothing given means the defaults', () => {
  assert.deepEqual(parseConfig({}), {
    dataRoot: '/var/lib/davit',
    runRoot: '/run/davit',
    listen: { host: '127.0.0.1', port: 7300 },
    instance: 'davit',
    dockerSocket: '/run/davit/docker.sock',
    runtime: 'auto',
    logLevel: 'info',
    tls: undefined,
  });
});

test('a flag wins over the environment, which wins over the default; an empty variable is unset', () => {
  const env = {
    DAVIT_INSTANCE: 'two',
    DAVIT_RUN_ROOT: '/run/two/',
    DAVIT_LOG_LEVEL: '',
    DAVIT_LISTEN: '[::1]:0',
    HOME: '/x',
  };
  const config = parseConfig({ flags: { instance: 'one', 'address-pool': '10.20.0.0/16, 10.21.0.0/16' }, env });
  assert.equal(config.instance, 'one');
  assert.equal(config.dockerSocket, '/run/two/docker.sock');
  assert.deepEqual(config.listen, { host: '::1', port: 0 });
  assert.deepEqual(config.addressPools, ['10.20.0.0/16', '10.21.0.0/16']);
  assert.equal(config.logLevel, 'info');
  assert.equal(config.runtime, 'auto');
  assert.equal(parseConfig({ env: { DAVIT_RUNTIME: 'crun' } }).runtime, 'crun');
  assert.equal(parseConfig({ flags: { 'docker-socket': 'off' } }).dockerSocket, undefined);
});

test('an address others can reach has TLS: what was given, the proxy’s, or our own', () => {
  const listen = '0.0.0.0:7300';
  assert.equal(parseConfig({ flags: { listen } }).tls, 'own');
  assert.equal(parseConfig({ flags: { listen: '[::1]:7300' } }).tls, undefined);
  const tls = parseConfig({ flags: { listen, 'tls-cert': '/c.pem', 'tls-key': '/k.pem' } }).tls;
  assert.deepEqual(tls, { certFile: '/c.pem', keyFile: '/k.pem' });
  const proxied = parseConfig({ flags: { listen, 'behind-proxy': '10.0.0.0/8,::1/128' } });
  assert.deepEqual(proxied.behindProxy, ['10.0.0.0/8', '::1/128']);
  assert.equal(proxied.tls, undefined);
  assert.throws(() => parseConfig({ flags: { 'tls-cert': '/c.pem' } }), /--tls-key is needed/);
  const both = { listen, 'behind-proxy': '10.0.0.0/8', 'tls-cert': '/c.pem', 'tls-key': '/k.pem' };
  assert.throws(() => parseConfig({ flags: both }), /--behind-proxy .*leave --tls-cert away/);
  assert.deepEqual(parseConfig({ flags: { 'public-name': 'a.example,b' } }).publicNames, ['a.example', 'b']);
  for (const host of ['127.0.0.1', '127.9.9.9', '::1', 'localhost']) assert.equal(isLoopback(host), true);
  for (const host of ['0.0.0.0', '::', '127.example.com', '10.0.0.1']) assert.equal(isLoopback(host), false);
});

test('a shell on the host is there for who asks for it, as a word alone or with a value', () => {
  assert.equal(parseConfig({ flags: readFlags(['--host-terminal']).flags }).hostTerminal, true);
  const { flags } = readFlags(['--host-terminal', '--instance', 'a']);
  assert.deepEqual({ ...flags }, { 'host-terminal': 'on', instance: 'a' });
  const env = { DAVIT_HOST_TERMINAL: 'on' };
  assert.equal(parseConfig({ env }).hostTerminal, true);
  assert.equal(parseConfig({ flags: readFlags(['--host-terminal=off']).flags, env }).hostTerminal, false);
});

const WRONG: [string, string][] = [
  ['data-root', 'relative'],
  ['data-root', '/'],
  ['data-root', '/a/../etc'],
  ['data-root', ''],
  ['run-root', '/var/lib/davit/run'],
  ['listen', '7300'],
  ['listen', '127.0.0.1:65536'],
  ['listen', '300.0.0.1:80'],
  ['listen', '::1:80'],
  ['instance', 'Davit'],
  ['instance', 'ninechars'],
  ['docker-socket', 'on'],
  ['docker-socket', `/${'x'.repeat(107)}`],
  ['address-pool', '10.20.0.1/16'],
  ['address-pool', '10.20.0.0'],
  ['address-pool', '10.20.0.0/16,'],
  ['log-level', 'loud'],
  ['runtime', 'runsc'],
  ['behind-proxy', '10.0.0.0/33'],
  ['host-terminal', 'yes'],
  ['public-name', 'https://a.example'],
  ['public-name', 'A.example'],
  ['docker-tcp', '2376'],
];

for (const [flag, value] of WRONG) {
  test(`--${flag} "${value.slice(0, 20)}" is refused by name`, () => {
    assert.throws(
      () => parseConfig({ flags: { [flag]: value } }),
      (error) => isEngineError(error, 'invalid_argument') && error.message.includes(`--${flag}`),
    );
  });
}

test('docker clients over TCP have TLS, or they are not served', () => {
  const tcp = (flags: Record<string, string>) => parseConfig({ flags }).dockerTcp;
  assert.equal(tcp({}), undefined);
  assert.equal(tcp({ 'docker-tcp': 'off' }), undefined);
  assert.deepEqual(tcp({ 'docker-tcp': '0.0.0.0:2376' }), { host: '0.0.0.0', port: 2376 });
  assert.deepEqual(tcp({ 'docker-tcp': 'tcp://[::1]:2376' }), { host: '::1', port: 2376 });
  assert.throws(
    () => tcp({ 'docker-tcp': '127.0.0.1:2375' }),
    /is refused: 2375 is the port .* without TLS; take 2376/,
  );
  assert.throws(() => tcp({ 'docker-tcp': 'http://127.0.0.1:2376' }), /over TCP with TLS only, not over http/);
  assert.throws(() => tcp({ 'docker-tcp': '127.0.0.1:7300' }), /must have a port of its own/);
  assert.throws(
    () => tcp({ 'docker-socket': 'tcp://0.0.0.0:2376' }),
    /TCP without TLS lets everybody in; use --docker-tcp/,
  );
});

test('all problems are told at once, each under the name it was given by', () => {
  assert.throws(
    () => parseConfig({ flags: { instance: 'X', colour: 'red' }, env: { DAVIT_LOG_LEVEL: 'loud' } }),
    (error) => {
      assert.ok(isEngineError(error));
      const lines = error.message.split('\n');
      assert.deepEqual(lines.map((line) => line.split(' ')[0]).sort(), ['--colour', '--instance', 'DAVIT_LOG_LEVEL']);
      return true;
    },
  );
});

test('flags are read in both spellings and unknown ones refused', () => {
  const read = readFlags(['up', '--instance=a', '--log-level', 'warn']);
  assert.deepEqual({ ...read.flags }, { instance: 'a', 'log-level': 'warn' });
  assert.deepEqual(read.positionals, ['up']);
  assert.throws(
    () => readFlags(['--colour', 'red']),
    (error) => isEngineError(error, 'invalid_argument'),
  );
  assert.throws(
    () => readFlags(['--instance']),
    (error) => isEngineError(error, 'invalid_argument'),
  );
  assert.match(describeSettings(), /--data-root DIR .*DAVIT_DATA_ROOT/);
});
