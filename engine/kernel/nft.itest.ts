import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { before, test } from 'node:test';
import { type AttributeTree, bigEndian, encodeTree, text } from './attribute-tree.ts';
import { type ChainPass, createKernel, type Kernel, type NftTable } from './index.ts';

const PASS: ChainPass = { hook: 'forward', links: ['x*'], notTo: [], services: [], comment: 'x' };

import { type NetlinkMessage, NLM } from './netlink-message.ts';
import { NetlinkSocket } from './netlink-socket.ts';
import { batchBorders } from './nft-message.ts';
import { loadSyscalls } from './syscalls.ts';

/** A packet filter of its own: the tests write chains that would cut the host off. */
const INSIDE = 'NFT_INSIDE';
const PORTS = { name: 'ports', key: ['inet_proto', 'inet_service'], data: ['ipv4_addr', 'inet_service'] } as const;
const TABLE: NftTable = {
  name: 'own',
  sets: [{ ...PORTS, elements: [{ key: ['tcp', 80], data: ['10.0.0.1', 80] }] }],
  chains: [
    {
      name: 'forward',
      type: 'filter',
      hook: 'forward',
      priority: 0,
      rules: [[{ kind: 'verdict', verdict: 'drop' }]],
    },
  ],
};
const SAME = { exists: true, sameRules: true, sameElements: true };

if (process.env[INSIDE] === undefined) {
  test('the packet filter over netlink, in a network namespace of its own', { timeout: 60_000 }, () => {
    const args = ['--net', process.execPath, '--test', import.meta.filename];
    const env = { ...process.env, [INSIDE]: '1', NODE_TEST_CONTEXT: undefined };
    const { status, stdout } = spawnSync('unshare', args, { env, encoding: 'utf8' });
    assert.equal(status, 0, stdout);
  });
} else inside();

function inside(): void {
  let kernel: Kernel;

  before(async () => {
    kernel = await createKernel();
  });

  test('a table is written, read back as the same, and deleted', async () => {
    const nothing = { exists: false, sameRules: false, sameElements: false };
    assert.deepEqual(await kernel.compareTable(TABLE), nothing);
    await kernel.tryTable(TABLE);
    assert.deepEqual(await kernel.compareTable(TABLE), nothing, 'a trial changes nothing');
    await kernel.writeTable(TABLE);
    assert.deepEqual(await kernel.compareTable(TABLE), SAME);
    await kernel.writeTable(TABLE);
    assert.deepEqual(await kernel.compareTable(TABLE), SAME);
    assert.equal(await kernel.deleteTable('own'), true);
    assert.equal(await kernel.deleteTable('own'), false);
  });

  test('changes of elements are made together or not at all, and the refused one is named', async () => {
    await kernel.writeTable(TABLE);
    const good = { action: 'add', set: PORTS, elements: [{ key: ['tcp', 81], data: ['10.0.0.2', 80] }] } as const;
    const twice = { ...good, elements: [{ key: ['tcp', 80], data: ['10.0.0.2', 80] }] };
    await assert.rejects(kernel.changeElements('own', [good, twice]), {
      code: 'already_exists',
      message: /change elements of the firewall table own: element tcp \. 80 of ports: EEXIST/,
      details: { reason: 'kernel_refused', syscall: 'nf_tables', errno: 'EEXIST' },
    });
    assert.deepEqual(await kernel.compareTable(TABLE), SAME);
    const absent = { action: 'delete', set: PORTS, elements: [{ key: ['udp', 9] }] } as const;
    await assert.rejects(kernel.changeElements('own', [absent]), {
      code: 'not_found',
      message: /element udp \. 9 of ports/,
    });
    await assert.rejects(kernel.changeElements('none', [good]), { code: 'not_found' });
    await kernel.changeElements('own', [good]);
    assert.deepEqual(await kernel.compareTable(TABLE), { ...SAME, sameElements: false });
    await kernel.changeElements('own', [{ ...good, action: 'delete' }]);
    assert.deepEqual(await kernel.compareTable(TABLE), SAME);
  });

  test('a refused table leaves the old one as it was and says which rule it is about', async () => {
    await kernel.writeTable(TABLE);
    const [chain] = TABLE.chains;
    assert.ok(chain);
    const rules = [
      [{ kind: 'masquerade' as const }],
      [{ kind: 'lookup' as const, fields: ['oifname' as const], set: 'nowhere', inside: true }],
    ];
    const broken = {
      ...TABLE,
      chains: [{ ...chain, name: 'nat', type: 'nat' as const, hook: 'postrouting' as const, rules }],
    };
    await assert.rejects(kernel.tryTable(broken), /rule [12] of chain nat: E/);
    await assert.rejects(kernel.writeTable(broken), /rule [12] of chain nat: E/);
    assert.deepEqual(await kernel.compareTable(TABLE), SAME);
  });

  test('values that fit no set never reach the kernel', async () => {
    for (const key of [['tcp'], ['sctp', 1], ['tcp', 65_536]]) {
      const change = { action: 'add', set: PORTS, elements: [{ key, data: ['10.0.0.2', 80] }] } as const;
      await assert.rejects(kernel.changeElements('own', [change]), { code: 'internal' }, String(key));
    }
  });

  test('tables of others with notes and expressions nobody here knows disturb nothing', async () => {
    await kernel.writeTable(TABLE);
    await writeStrangeTable();
    assert.deepEqual(await kernel.compareTable(TABLE), SAME);
    assert.deepEqual(
      (await kernel.listClosedChains(PASS)).filter(({ table }) => table === 'strange'),
      [{ family: 'inet', table: 'strange', chain: 'doors', accepts: false }],
    );
    await kernel.writeTable(TABLE);
    assert.deepEqual(await kernel.compareTable(TABLE), SAME);
  });

  test('without the capability every question is denied', () => {
    const program = `import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)})
      .then(({ createKernel }) => createKernel())
      .then((kernel) => kernel.listClosedChains(${JSON.stringify(PASS)}))
      .catch((error) => process.stdout.write(error.code));`;
    const args = ['--bounding-set=-net_admin', process.execPath, '-e', program];
    assert.equal(execFileSync('setpriv', args, { encoding: 'utf8' }), 'denied');
  });

  test('the kernel ends', async () => {
    await kernel[Symbol.asyncDispose]();
    await assert.rejects(kernel.compareTable(TABLE), { code: 'unavailable' });
  });
}

/** User data as no nft writes it, in the table, a chain, a set, an element and a rule that waits for a later nft. */
async function writeStrangeTable(): Promise<void> {
  using socket = new NetlinkSocket(await loadSyscalls(), 12);
  const notes = Buffer.from([0x7f, 3, 1, 2, 3, 0xfe, 200, 1]);
  const messages = [
    strange(0, [
      [1, text('strange')],
      [6, notes],
    ]),
    strange(3, [
      [1, text('strange')],
      [3, text('doors')],
      [
        4,
        [
          [1, bigEndian(2)],
          [2, bigEndian(5)],
        ],
      ],
      [5, bigEndian(0)],
      [7, text('filter')],
      [12, notes],
    ]),
    strange(9, [
      [1, text('strange')],
      [2, text('things')],
      [3, bigEndian(0)],
      [4, bigEndian(0x3fffffff)],
      [5, bigEndian(4)],
      [10, bigEndian(1)],
      [13, KEY_OF_LATER_NFT],
    ]),
    strange(12, [
      [1, text('strange')],
      [2, text('things')],
      [
        3,
        [
          [
            1,
            [
              [1, [[1, bigEndian(7)]]],
              [6, notes],
            ],
          ],
        ],
      ],
    ]),
    strange(6, [
      [1, text('strange')],
      [2, text('doors')],
      [4, [strangeExpression('last', []), strangeExpression('numgen', [...NUMBERS])]],
      [7, notes],
    ]),
  ];
  const { begin, end } = batchBorders();
  assert.equal(socket.transact(begin, messages, end), undefined);
}

/**
 * Notes of an nft about a key whose expression (number 99) a later one has brought: libnftables 1.0.6 crashes when it
 * lists any table beside it.
 */
const KEY_OF_LATER_NFT = Buffer.from([
  0, 4, 1, 0, 0, 0, 2, 4, 0, 0, 0, 0, 3, 14, 0, 4, 99, 0, 0, 0, 1, 6, 0, 4, 1, 0, 0, 0,
]);

/** A number that counts up to nine, into the first register. */
const NUMBERS: AttributeTree = [
  [1, bigEndian(1)],
  [2, bigEndian(9)],
  [3, bigEndian(0)],
];

function strangeExpression(name: string, data: AttributeTree): AttributeTree[number] {
  return [
    1,
    [
      [1, text(name)],
      [2, data],
    ],
  ];
}

function strange(type: number, attributes: AttributeTree): NetlinkMessage {
  return {
    type: (10 << 8) | type,
    flags: NLM.create,
    body: Buffer.concat([Buffer.from([1, 0, 0, 0]), encodeTree(attributes)]),
  };
}
