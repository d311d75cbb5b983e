/** Flags of mount(2); an option either sets one or takes it away. */
const FLAGS: Readonly<Record<string, { clear: boolean; flag: number }>> = {
  defaults: { clear: false, flag: 0 },
  ro: { clear: false, flag: 1 },
  rw: { clear: true, flag: 1 },
  nosuid: { clear: false, flag: 2 },
  suid: { clear: true, flag: 2 },
  nodev: { clear: false, flag: 4 },
  dev: { clear: true, flag: 4 },
  noexec: { clear: false, flag: 8 },
  exec: { clear: true, flag: 8 },
  sync: { clear: false, flag: 16 },
  async: { clear: true, flag: 16 },
  dirsync: { clear: false, flag: 128 },
  noatime: { clear: false, flag: 1024 },
  atime: { clear: true, flag: 1024 },
  nodiratime: { clear: false, flag: 2048 },
  diratime: { clear: true, flag: 2048 },
  bind: { clear: false, flag: 4096 },
  rbind: { clear: false, flag: 4096 | 16_384 },
  relatime: { clear: false, flag: 1 << 21 },
  norelatime: { clear: true, flag: 1 << 21 },
  strictatime: { clear: false, flag: 1 << 24 },
  nostrictatime: { clear: true, flag: 1 << 24 },
};
const PROPAGATION: Readonly<Record<string, number>> = {
  unbindable: 1 << 17,
  runbindable: (1 << 17) | 16_384,
  private: 1 << 18,
  rprivate: (1 << 18) | 16_384,
  slave: 1 << 19,
  rslave: (1 << 19) | 16_384,
  shared: 1 << 20,
  rshared: (1 << 20) | 16_384,
};

interface ParsedMountOptions {
  flags: number;
  /** A further call: mount(2) takes propagation alone. */
  propagation: number;
  /** What the file system itself is told. */
  data: string;
}

/** The text after `mount -o`, as mount(8) reads it: what is no flag belongs to the file system. */
export function parseMountOptions(text: string): ParsedMountOptions {
  const parsed: ParsedMountOptions = { flags: 0, propagation: 0, data: '' };
  const data: string[] = [];
  for (const option of text.split(',').filter((part) => part !== '')) {
    const flag = FLAGS[option];
    const propagation = PROPAGATION[option];
    if (flag !== undefined) parsed.flags = flag.clear ? parsed.flags & ~flag.flag : parsed.flags | flag.flag;
    else if (propagation !== undefined) parsed.propagation |= propagation;
    else data.push(option);
  }
  return { ...parsed, data: data.join(',') };
}
