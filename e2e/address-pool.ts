// Subnets for servers under test: one each, which neither another test nor the host's routes use.
import { randomInt } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CLAIMS = join(tmpdir(), 'davit-e2e-pools');
/** Away from the pools of engines under test and from what people give their servers. */
const FIRST = 100;
const LAST = 147;

interface ClaimedPool extends Disposable {
  /** `10.x.y.0/24` */
  readonly subnet: string;
}

/** Held by a file with the pid of this process; one that a killed process left is taken over. */
export function claimPool(): ClaimedPool {
  mkdirSync(CLAIMS, { recursive: true });
  const routed = routedSubnets();
  for (let attempt = 0; attempt < 1_000; attempt += 1) {
    const [second, third] = [randomInt(FIRST, LAST + 1), randomInt(256)];
    const network = ((10 << 24) | (second << 16) | (third << 8)) >>> 0;
    if (routed.some((route) => overlaps(route, network))) continue;
    const file = join(CLAIMS, `10.${second}.${third}.0`);
    if (!claimFile(file)) continue;
    return { subnet: `10.${second}.${third}.0/24`, [Symbol.dispose]: () => rmSync(file, { force: true }) };
  }
  throw new Error('no subnet is free');
}

/** Compared in the shorter of the two masks. */
function overlaps(route: { address: number; mask: number }, network: number): boolean {
  const mask = route.mask & 0xffffff00;
  return (network & mask) === (route.address & mask);
}

function claimFile(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (!isDead(file)) return false;
    // Somebody else may take it over first: then the next subnet is tried.
    rmSync(file, { force: true });
    return false;
  }
}

function isDead(file: string): boolean {
  try {
    process.kill(Number(readFileSync(file, 'utf8')), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** All routes but the default one. */
function routedSubnets(): { address: number; mask: number }[] {
  return readFileSync('/proc/net/route', 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .map((fields) => ({ address: fromHex(fields[1]), mask: fromHex(fields[7]) }))
    .filter(({ mask }) => mask !== 0);
}

/** The kernel writes addresses in the byte order of the host. */
function fromHex(text = '0'): number {
  return Buffer.from(text.padStart(8, '0'), 'hex').readUInt32LE();
}
