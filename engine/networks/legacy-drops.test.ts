import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linksCutOff } from './legacy-drops.ts';

/** As `iptables-legacy -S FORWARD` writes it beside a Docker of before nf_tables. */
const DOCKER = `-P FORWARD DROP
-A FORWARD -j DOCKER-USER
-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i docker0 ! -o docker0 -j ACCEPT
`;
const OPEN = `-P FORWARD ACCEPT
-A FORWARD -i eth9 -j DROP
`;

test('a policy that drops cuts off every link that no rule lets through', () => {
  assert.deepEqual(linksCutOff(DOCKER, ['davit+']), [
    { side: '-i', link: 'davit+' },
    { side: '-o', link: 'davit+' },
  ]);
  const half = `${DOCKER}-A FORWARD -i davit+ -j ACCEPT\n`;
  assert.deepEqual(linksCutOff(half, ['davit+']), [{ side: '-o', link: 'davit+' }]);
  assert.deepEqual(linksCutOff(`${half}-A FORWARD -o dav+ -j ACCEPT\n`, ['davit+']), []);
});

test('a last rule for everything does the same, one for others does not', () => {
  assert.deepEqual(linksCutOff(OPEN, ['davit+']), []);
  assert.equal(linksCutOff(`${OPEN}-A FORWARD -j REJECT --reject-with icmp-host-prohibited\n`, ['br9']).length, 2);
});
