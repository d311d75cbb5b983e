import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '../errors/index.ts';
import { Firewall } from './firewall.ts';
import {
  elementsOf,
  foreignForwardDrops,
  parseListing,
  portCommands,
  rebuildText,
  sameElements,
} from './firewall-text.ts';

const WEB = {
  protocol: 'tcp',
  containerPort: 80,
  hostAddress: '0.0.0.0',
  hostPort: 8080,
  address: '10.1.0.2',
} as const;
const LOCAL = { ...WEB, protocol: 'udp', hostAddress: '127.0.0.1', hostPort: 53 } as const;
const OPEN = { internal: false, masquerade: true, icc: true } as const;
const STATE = { networks: [{ bridge: 'x0', subnets: ['10.1.0.0/16'], ...OPEN }], ports: [WEB, LOCAL] };

test('each port is an element of the map that fits its address', () => {
  const elements = elementsOf(STATE);
  assert.deepEqual(elements.get('ports'), ['tcp . 8080 : 10.1.0.2 . 80']);
  assert.deepEqual(elements.get('ports_at'), ['127.0.0.1 . udp . 53 : 10.1.0.2 . 80']);
  assert.deepEqual(elements.get('neighbours'), ['"x0" . "x0"']);
  assert.deepEqual(elements.get('internal'), []);
});

test('a network that hides nothing, joins nobody or leads nowhere is in the sets that say so', () => {
  const networks = [
    { bridge: 'x1', subnets: ['10.2.0.0/16', 'fd00:2::/64'], ...OPEN, icc: false },
    { bridge: 'x2', subnets: ['10.3.0.0/16'], ...OPEN, masquerade: false },
    { bridge: 'x3', subnets: [], ...OPEN, internal: true },
  ];
  const elements = elementsOf({ networks, ports: [] });
  assert.deepEqual(elements.get('subnets'), ['10.2.0.0/16']);
  assert.deepEqual(elements.get('subnets6'), ['fd00:2::/64']);
  assert.deepEqual(elements.get('neighbours'), ['"x2" . "x2"', '"x3" . "x3"']);
  assert.deepEqual(elements.get('internal'), ['"x3"']);
});

test('a port on IPv6 has maps of its own', () => {
  const six = { ...WEB, hostAddress: '::', address: 'fd00:2::2' };
  const elements = elementsOf({ networks: [], ports: [six, { ...six, hostAddress: '2001:db8::1' }] });
  assert.deepEqual(elements.get('ports6'), ['tcp . 8080 : fd00:2::2 . 80']);
  assert.deepEqual(elements.get('ports6_at'), ['2001:db8::1 . tcp . 8080 : fd00:2::2 . 80']);
  assert.deepEqual(elements.get('ports'), []);
});

test('adding names the target, deleting only the key', () => {
  assert.equal(portCommands('add', 'x', [WEB]), 'add element inet x ports { tcp . 8080 : 10.1.0.2 . 80 }');
  assert.equal(portCommands('delete', 'x', [LOCAL]), 'delete element inet x ports_at { 127.0.0.1 . udp . 53 }');
});

test('a rebuild begins by taking the old table away and leaves empty sets without elements', () => {
  const text = rebuildText('x', { networks: STATE.networks, ports: [] });
  assert.match(text, /^add table inet x\ndelete table inet x\ntable inet x \{/);
  assert.doesNotMatch(text, /element inet x (ports|ports_at|internal)/);
});

const LISTING = `table inet x {
	set bridges {
		type ifname
		elements = { "x0",
			     "x1" }
	}

	map ports {
		type inet_proto . inet_service : ipv4_addr . inet_service
		elements = { tcp . 8080 : 10.1.0.2 . 80 }
	}

	set internal {
		type ifname
	}

	chain output {
		type nat hook output priority -100; policy accept;
	}
}
`;

test('a listing is taken apart into rules and elements', () => {
  const { rules, elements } = parseListing(LISTING);
  assert.deepEqual(elements.get('bridges'), ['"x0"', '"x1"']);
  assert.deepEqual(elements.get('ports'), ['tcp . 8080 : 10.1.0.2 . 80']);
  assert.deepEqual(elements.get('internal'), []);
  assert.doesNotMatch(rules, /8080/);
  assert.match(rules, /type nat hook output/);
});

test('elements are the same in any order', () => {
  const { elements } = parseListing(LISTING);
  const other = new Map([
    ['ports', ['tcp . 8080 : 10.1.0.2 . 80']],
    ['bridges', ['"x1"', '"x0"']],
  ]);
  assert.equal(sameElements(elements, other), true);
  other.set('ports', []);
  assert.equal(sameElements(elements, other), false);
});

test('only chains of others that drop what is forwarded are named', () => {
  const chains = `table ip filter {
	chain INPUT {
		type filter hook input priority filter; policy drop;
	}
	chain FORWARD {
		type filter hook forward priority filter; policy drop;
	}
}
table inet x {
	chain forward {
		type filter hook forward priority filter; policy drop;
	}
}
`;
  assert.deepEqual(foreignForwardDrops(chains, 'x'), ['ip filter FORWARD']);
});

test('without the right to use nftables the firewall is unavailable', async () => {
  const nft = async () => {
    throw new EngineError('denied', 'Operation not permitted', { errno: 'EPERM' });
  };
  await assert.rejects(new Firewall({ nft }, 'x').sync(STATE), { code: 'unavailable' });
});

test('a port that cannot be added makes the whole table be written', async () => {
  const seen: string[] = [];
  const nft = async (commands: string) => {
    seen.push(commands);
    if (commands.startsWith('add element')) throw new EngineError('internal', 'no table', { errno: 'ENOENT' });
    return '';
  };
  await new Firewall({ nft }, 'x').addPorts([WEB], STATE);
  assert.equal(seen[1], rebuildText('x', STATE));
});
