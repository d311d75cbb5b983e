import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerConfig } from '../testing/container-config.ts';
import { linkEnv } from './link-env.ts';
import { allLinks, bindLinks, parseLink } from './links.ts';

test('a link is a container with an alias, and inspect’s form is one too', () => {
  assert.deepEqual(parseLink('db'), { container: 'db', alias: 'db' });
  assert.deepEqual(parseLink('db:store'), { container: 'db', alias: 'store' });
  assert.deepEqual(parseLink('/db:/web/store'), { container: '/db', alias: 'store' });
  for (const [text, words] of [
    ['', /^empty string specified for links$/],
    ['a:b:c', /^bad format for links: a:b:c$/],
    [':b', /^bad format for links: :b$/],
    ['a:b c', /^bad format for links: a:b c$/],
  ] as const) {
    assert.throws(() => parseLink(text), { code: 'invalid_argument', message: words });
  }
});

test('variables of a link name its ports, TCP first, and the other one’s own variables', () => {
  const config = containerConfig({ exposedPorts: ['90/udp', '6379/tcp', '80/tcp'], env: ['A=b=c', 'PATH=/bin', 'X'] });
  const env = linkEnv('web', { alias: 'my-db', address: '10.0.0.2', other: { config } });
  assert.equal(env[0], 'MY_DB_PORT=tcp://10.0.0.2:80');
  assert.deepEqual(env.slice(5, 9), [
    'MY_DB_PORT_6379_TCP=tcp://10.0.0.2:6379',
    'MY_DB_PORT_6379_TCP_ADDR=10.0.0.2',
    'MY_DB_PORT_6379_TCP_PORT=6379',
    'MY_DB_PORT_6379_TCP_PROTO=tcp',
  ]);
  assert.equal(env[9], 'MY_DB_PORT_90_UDP=udp://10.0.0.2:90');
  assert.deepEqual(env.slice(13), ['MY_DB_NAME=/web/my-db', 'MY_DB_ENV_A=b=c']);
});

test('three ports in a row are told as a range as well', () => {
  const exposedPorts = ['81/tcp', '82/tcp', '83/tcp', '90/tcp', '91/tcp', '92/udp'];
  const env = linkEnv('web', { alias: 'p', address: '10.0.0.2', other: { config: containerConfig({ exposedPorts }) } });
  assert.deepEqual(
    env.filter((pair) => /_(?:START|END)=/.test(pair)),
    [
      ...['P_PORT_81_TCP_START=tcp://10.0.0.2:81', 'P_PORT_81_TCP_PORT_START=81'],
      ...['P_PORT_81_TCP_END=tcp://10.0.0.2:83', 'P_PORT_81_TCP_PORT_END=83'],
    ],
  );
});

test('a network mode that cannot have links refuses them before anything is looked up', async () => {
  const never = new Proxy({} as Parameters<typeof bindLinks>[0]['store'], {
    get: () => assert.fail('nothing is to be looked up'),
  });
  for (const network of ['host', 'container:a']) {
    const links = bindLinks({ store: never }, containerConfig({ network, links: ['db'] }));
    await assert.rejects(links, { code: 'invalid_argument', message: /can't be used with links/ });
  }
  const onOwn = containerConfig({ network: 'front', links: ['db:store'] });
  assert.equal(await bindLinks({ store: never }, onOwn), onOwn);
});

test('all links are those of the mode and of every network, each once', () => {
  const networks = [{ network: 'web', links: ['a:b', 'c'] }, { network: 'db' }];
  assert.deepEqual(allLinks({ links: ['a:b'], networks }), ['a:b', 'c']);
  assert.deepEqual(allLinks({}), []);
});

test('a link of a network that is no link is refused when it is asked for', async () => {
  const config = containerConfig({ networks: [{ network: 'web', links: ['a:b:c'] }] });
  const store = { list: async () => [] };
  await assert.rejects(bindLinks({ store } as never, config), { message: 'bad format for links: a:b:c' });
});
