import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { createKernel } from '../kernel/index.ts';
import { Firewall } from './firewall.ts';
import { type FirewallState, firewallTable } from './firewall-table.ts';

/** A firewall of its own: the test writes tables of others too. */
const INSIDE = 'FIREWALL_TABLE_INSIDE';

const nat = (subnet: string) => ({ subnet, mode: 'nat' }) as const;
const routed = (subnet: string) => ({ subnet, mode: 'routed' }) as const;
const unprotected = (subnet: string) => ({ subnet, mode: 'nat-unprotected' }) as const;
const STATE: FirewallState = {
  networks: [
    { bridge: 'x0', subnets: [nat('10.1.0.0/16'), nat('fd00:1::/64')], internal: false, masquerade: true, icc: true },
    { bridge: 'x1', subnets: [nat('10.2.0.0/20')], internal: true, masquerade: true, icc: true },
    {
      bridge: 'x2',
      subnets: [routed('10.3.0.0/24'), routed('fd00:3::/64')],
      internal: false,
      masquerade: true,
      icc: false,
    },
    {
      bridge: 'x3',
      subnets: [unprotected('10.4.0.0/24'), unprotected('fd00:4::/64')],
      internal: false,
      masquerade: true,
      icc: false,
    },
  ],
  ports: [
    { protocol: 'tcp', hostAddress: '0.0.0.0', hostPort: 8080, address: '10.1.0.2', containerPort: 80 },
    { protocol: 'udp', hostAddress: '127.0.0.1', hostPort: 53, address: '10.1.0.2', containerPort: 5353 },
    { protocol: 'tcp', hostAddress: '::', hostPort: 8080, address: 'fd00:1::2', containerPort: 80 },
    { protocol: 'udp', hostAddress: '2001:db8::1', hostPort: 65_535, address: 'fd00:1::2', containerPort: 1 },
    { protocol: 'tcp', hostAddress: '10.3.0.2', hostPort: 80, address: '10.3.0.2', containerPort: 80 },
    { protocol: 'udp', hostAddress: 'fd00:3::2', hostPort: 53, address: 'fd00:3::2', containerPort: 53 },
  ],
};

/** The same table in nft's own language. */
const TEXT = `table inet golden {
  set subnets { type ipv4_addr; flags interval; elements = { 10.1.0.0/16, 10.2.0.0/20, 10.4.0.0/24 } }
  set subnets6 { type ipv6_addr; flags interval; elements = { fd00:1::/64, fd00:4::/64 } }
  set routed { type ipv4_addr; flags interval; elements = { 10.3.0.0/24 } }
  set routed6 { type ipv6_addr; flags interval; elements = { fd00:3::/64 } }
  set unprotected { type ipv4_addr; flags interval; elements = { 10.4.0.0/24 } }
  set unprotected6 { type ipv6_addr; flags interval; elements = { fd00:4::/64 } }
  set opened { type ipv4_addr . inet_proto . inet_service; elements = { 10.3.0.2 . tcp . 80 } }
  set opened6 { type ipv6_addr . inet_proto . inet_service; elements = { fd00:3::2 . udp . 53 } }
  set bridges { type ifname; elements = { "x0", "x1", "x2", "x3" } }
  set internal { type ifname; elements = { "x1" } }
  set neighbours { type ifname . ifname; elements = { "x0" . "x0", "x1" . "x1" } }
  map ports {
    type inet_proto . inet_service : ipv4_addr . inet_service
    elements = { tcp . 8080 : 10.1.0.2 . 80 }
  }
  map ports_at {
    type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service
    elements = { 127.0.0.1 . udp . 53 : 10.1.0.2 . 5353 }
  }
  map ports6 {
    type inet_proto . inet_service : ipv6_addr . inet_service
    elements = { tcp . 8080 : fd00:1::2 . 80 }
  }
  map ports6_at {
    type ipv6_addr . inet_proto . inet_service : ipv6_addr . inet_service
    elements = { 2001:db8::1 . udp . 65535 : fd00:1::2 . 1 }
  }
  chain guard { type filter hook prerouting priority -310; policy accept;
    iifname != "lo" ip daddr 127.0.0.0/8 drop
  }
  chain prerouting { type nat hook prerouting priority -100; policy accept;
    fib daddr type local dnat ip to ip daddr . meta l4proto . th dport map @ports_at
    fib daddr type local dnat ip to meta l4proto . th dport map @ports
    fib daddr type local dnat ip6 to ip6 daddr . meta l4proto . th dport map @ports6_at
    fib daddr type local dnat ip6 to meta l4proto . th dport map @ports6
  }
  chain output { type nat hook output priority -100; policy accept;
    ip6 daddr ::1 accept
    fib daddr type local dnat ip to ip daddr . meta l4proto . th dport map @ports_at
    fib daddr type local dnat ip to meta l4proto . th dport map @ports
    fib daddr type local dnat ip6 to ip6 daddr . meta l4proto . th dport map @ports6_at
    fib daddr type local dnat ip6 to meta l4proto . th dport map @ports6
  }
  chain postrouting { type nat hook postrouting priority 100; policy accept;
    ip saddr 127.0.0.0/8 oifname @bridges masquerade
    ip saddr @subnets oifname != @bridges masquerade
    ip saddr @subnets ct status dnat masquerade
    ip6 saddr @subnets6 oifname != @bridges masquerade
    ip6 saddr @subnets6 ct status dnat masquerade
  }
  chain forward { type filter hook forward priority 0; policy accept;
    ct state established,related accept
    iifname . oifname @neighbours accept
    iifname @internal drop
    oifname @internal drop
    oifname @bridges ct status dnat accept
    ip daddr . meta l4proto . th dport @opened accept
    ip6 daddr . meta l4proto . th dport @opened6 accept
    meta l4proto icmp ip daddr @routed accept
    meta l4proto ipv6-icmp ip6 daddr @routed6 accept
    ip daddr @unprotected accept
    ip6 daddr @unprotected6 accept
    oifname @bridges drop
  }
}`;

const VERSION = spawnSync('nft', ['--version'], { encoding: 'utf8' });

test('our messages make the table that nft makes of its text', { timeout: 60_000 }, async (t) => {
  if (VERSION.status !== 0) return t.skip('nft is not installed');
  if (process.env[INSIDE] === undefined) {
    const args = ['--net', process.execPath, '--test', import.meta.filename];
    const env = { ...process.env, [INSIDE]: '1', NODE_TEST_CONTEXT: undefined };
    const { status, stdout } = spawnSync('unshare', args, { env, encoding: 'utf8' });
    assert.equal(status, 0, stdout);
    t.diagnostic(`ran in a network namespace of its own with ${VERSION.stdout.trim()}`);
    return;
  }
  await using kernel = await createKernel();
  const firewall = new Firewall(kernel, 'own');
  nft(TEXT);
  assert.equal(await firewall.sync(STATE), true);
  assert.deepEqual(listing('own'), listing('golden'));
  assert.equal(bytecode('own'), bytecode('golden'));
  assert.equal(await firewall.sync(STATE), false, 'what was written is read back as the same');
  const theirs = await kernel.compareTable(firewallTable('golden', STATE));
  assert.equal(theirs.sameRules, true, 'what nft has written is read as the same');

  await t.test('any change of the table is seen and mended', async () => {
    for (const change of [
      'flush chain inet own output',
      'insert rule inet own forward accept',
      'add rule inet own forward counter',
      'chain inet own forward { policy drop; }',
      'add chain inet own more',
      'add set inet own more { type ipv4_addr; }',
      'delete rule inet own guard handle $GUARD; add rule inet own guard iifname "lo" ip daddr 127.0.0.0/8 drop',
      'delete element inet own ports { tcp . 8080 }',
      'add element inet own internal { "x9" }',
      'delete element inet own subnets { 10.2.0.0/20 }',
      'delete element inet own ports { tcp . 8080 }; add element inet own ports { tcp . 8080 : 10.1.0.3 . 80 }',
      'add table inet own { flags dormant; }',
      'flush ruleset',
    ]) {
      nft(change.replace('$GUARD', String(guardHandle())));
      assert.notDeepEqual(await firewall.problems(STATE), [], change);
      assert.equal(await firewall.sync(STATE), true, change);
      assert.deepEqual(await firewall.problems(STATE), [], change);
    }
  });

  await t.test('ports come and go one by one', async () => {
    const [everywhere] = STATE.ports;
    assert.ok(everywhere);
    const port = { ...everywhere, hostPort: 9090 };
    const more = { ...STATE, ports: [...STATE.ports, port] };
    await firewall.addPorts([port], more);
    assert.equal(await firewall.sync(more), false);
    await firewall.removePorts([port], STATE);
    assert.equal(await firewall.sync(STATE), false);
  });

  await t.test('thousands of ports fit into one transaction', async () => {
    const [everywhere] = STATE.ports;
    assert.ok(everywhere);
    const ports = Array.from({ length: 20_000 }, (_, index) => ({ ...everywhere, hostPort: 20_000 + index }));
    assert.equal(await firewall.sync({ ...STATE, ports }), true);
    assert.equal(await firewall.sync({ ...STATE, ports }), false);
  });
});

function nft(commands: string): void {
  execFileSync('nft', ['-f', '-'], { input: commands });
}

/** Without what differs between any two tables: handles and the name. */
function listing(table: string): unknown {
  const text = execFileSync('nft', ['-j', 'list', 'table', 'inet', table], { encoding: 'utf8' });
  return JSON.parse(text, (key, value: unknown) => {
    if (key === 'handle' || key === 'metainfo') return undefined;
    return value === table ? 'x' : value;
  });
}

/** Expressions of the rules as nft prints those that the kernel keeps. */
function bytecode(table: string): string {
  const text = execFileSync('nft', ['--debug=netlink', 'list', 'table', 'inet', table], { encoding: 'utf8' });
  return text
    .split('\n')
    .filter((line) => line.startsWith('  [ '))
    .join('\n');
}

function guardHandle(): number {
  const text = execFileSync('nft', ['-a', 'list', 'chain', 'inet', 'own', 'guard'], { encoding: 'utf8' });
  return Number(/drop # handle (\d+)/.exec(text)?.[1]);
}
