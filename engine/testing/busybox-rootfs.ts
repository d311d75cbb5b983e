import { readFile } from 'node:fs/promises';

const BLOCK = 512;
const APPLETS = [
  ...['sh', 'ash', 'echo', 'cat', 'ls', 'sleep', 'true', 'false', 'wc', 'head', 'tail', 'id', 'hostname', 'env'],
  ...[
    'mkdir',
    'rm',
    'touch',
    'kill',
    'ps',
    'nc',
    'httpd',
    'wget',
    'seq',
    'dd',
    'stat',
    'grep',
    'test',
    'date',
    'tr',
    'fold',
  ],
  ...['stty', 'yes'],
];

interface Entry {
  name: string;
  type: 'file' | 'folder' | 'link';
  mode: number;
  data?: Uint8Array;
  target?: string;
}

/** A root file system of busybox and a web page as an uncompressed tar. The host's busybox must be a static one. */
export async function busyboxRootfs(busybox: string = '/bin/busybox'): Promise<Buffer> {
  const text = (name: string, data: string): Entry => ({ name, type: 'file', mode: 0o644, data: Buffer.from(data) });
  const folder = (name: string, mode = 0o755): Entry => ({ name: `${name}/`, type: 'folder', mode });
  return tar([
    ...['bin', 'dev', 'etc', 'proc', 'root', 'sys', 'var', 'www'].map((name) => folder(name)),
    folder('tmp', 0o1777),
    { name: 'bin/busybox', type: 'file', mode: 0o755, data: await readFile(busybox) },
    ...APPLETS.map((name): Entry => ({ name: `bin/${name}`, type: 'link', mode: 0o777, target: 'busybox' })),
    text('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nweb:x:1000:1000:web:/www:/bin/sh\n'),
    text('etc/group', 'root:x:0:\nweb:x:1000:\nstaff:x:50:web\n'),
    text('www/index.html', 'hello from a container\n'),
  ]);
}

function tar(entries: readonly Entry[]): Buffer {
  const parts = entries.flatMap((entry) => {
    const data = entry.data ?? Buffer.alloc(0);
    return [header(entry, data.length), data, Buffer.alloc((BLOCK - (data.length % BLOCK)) % BLOCK)];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

const TYPE_FLAGS = { file: '0', link: '2', folder: '5' } as const;

function header(entry: Entry, sizeBytes: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, width: number) =>
    block.write(`${value.toString(8).padStart(width - 1, '0')}\0`, at, 'latin1');
  block.write(entry.name, 0, 'utf8');
  octal(entry.mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(sizeBytes, 124, 12);
  octal(1_700_000_000, 136, 12);
  block.write(TYPE_FLAGS[entry.type], 156, 'latin1');
  block.write(entry.target ?? '', 157, 'utf8');
  block.write('ustar\x0000', 257, 'latin1');
  // The sum is taken with its own field full of spaces.
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}
