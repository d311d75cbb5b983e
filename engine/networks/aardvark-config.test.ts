import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aardvarkFiles, markOf } from './aardvark-config.ts';

const web = { containerId: 'c1', ipv4: '10.1.0.2', ipv6: undefined, names: ['Web', 'web', 'web.front'], servers: [] };

test('each network is a file, with two spaces where a container has no IPv6 address', () => {
  const zone = { id: 'n1', listen: ['10.1.0.1'], internal: false, members: [web] };
  assert.deepEqual(
    [...aardvarkFiles([zone])],
    [['n1', `10.1.0.1\nn1 10.1.0.1  ${markOf(zone)}\nc1 10.1.0.2  web,web.front\n`]],
  );
});

test('IPv6 addresses, own servers and networks without a way out are told', () => {
  const member = { ...web, ipv6: 'fd00::2', servers: ['192.0.2.1', '192.0.2.2'] };
  const zone = { id: 'n1', listen: ['10.1.0.1', 'fd00::1'], internal: true, members: [member] };
  const [file] = [...aardvarkFiles([zone])];
  const told = [`n1 10.1.0.1  ${markOf(zone)}`, 'c1 10.1.0.2 fd00::2 web,web.front 192.0.2.1,192.0.2.2'];
  assert.deepEqual(file, ['n1%int', `10.1.0.1,fd00::1\n${told.join('\n')}\n`]);
});

test('a name cannot bring further fields or lines', () => {
  const member = { ...web, names: ['ok', 'a b', 'a,b', 'a\nb', '', '-x'] };
  const zone = { id: 'n1', listen: ['10.1.0.1'], internal: false, members: [member] };
  assert.equal(aardvarkFiles([zone]).get('n1'), `10.1.0.1\nn1 10.1.0.1  ${markOf(zone)}\nc1 10.1.0.2  ok\n`);
});

test('the mark is another one as soon as anything that is answered is', () => {
  const zone = { id: 'n1', listen: ['fd00::1'], internal: false, members: [web] };
  const other = { ...zone, members: [{ ...web, names: ['db'] }] };
  assert.match(markOf(zone), /^_davit-[0-9a-f]{16}$/);
  assert.equal(markOf({ ...zone, members: [{ ...web }] }), markOf(zone));
  assert.notEqual(markOf(other), markOf(zone));
  assert.equal(aardvarkFiles([other]).get('n1'), `fd00::1\nn1  fd00::1 ${markOf(other)}\nc1 10.1.0.2  db\n`);
});
