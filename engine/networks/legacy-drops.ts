import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { errnoOf } from '../errors/index.ts';

const run = promisify(execFile);
const PATH = '/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin';

/** The older tables of the kernel, which nft neither shows nor changes. */
const FAMILIES = [
  { program: 'iptables-legacy', tables: '/proc/net/ip_tables_names' },
  { program: 'ip6tables-legacy', tables: '/proc/net/ip6_tables_names' },
] as const;

/**
 * Chains of iptables-legacy that drop what containers send or get, each with the commands that let it through. Tables that
 * nobody uses are not asked for, as that would make them.
 */
export async function findLegacyDrops(links: readonly string[]): Promise<{ chain: string; fix: string }[]> {
  const found: { chain: string; fix: string }[] = [];
  for (const { program, tables } of FAMILIES) {
    const rules = (await hasFilter(tables)) ? await listForward(program) : undefined;
    if (rules === undefined) continue;
    const cut = linksCutOff(rules, links);
    if (cut.length === 0) continue;
    const fix = cut.map(({ side, link }) => `${program} -I FORWARD ${side} ${link} -j ACCEPT`).join(' && ');
    found.push({ chain: `${program} filter FORWARD`, fix });
  }
  return found;
}

async function hasFilter(tables: string): Promise<boolean> {
  try {
    return (await readFile(tables, 'utf8')).split('\n').includes('filter');
  } catch (error) {
    // A kernel without these tables, or one where nothing has asked for them.
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Undefined where the program is missing: then nothing of it can be told. */
async function listForward(program: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(program, ['-w', '2', '-S', 'FORWARD'], {
      env: { ...process.env, PATH },
      timeout: 5_000,
    });
    return stdout;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Which links' packets end at the policy, or at a last rule for everything, of a listing as `iptables -S` writes it. A rule
 * that accepts them by the name of their link alone lets them through.
 */
export function linksCutOff(listing: string, links: readonly string[]): { side: '-i' | '-o'; link: string }[] {
  const rules = listing.split('\n').map((line) => line.trim().split(/\s+/));
  const closed = rules.some(([command, , third, fourth]) =>
    command === '-P' ? third === 'DROP' : third === '-j' && (fourth === 'DROP' || fourth === 'REJECT'),
  );
  if (!closed) return [];
  const accepts = rules.flatMap(([command, , side, pattern = '', jump, verdict, ...more]) =>
    command === '-A' && jump === '-j' && verdict === 'ACCEPT' && more.length === 0 ? [`${side} ${pattern}`] : [],
  );
  const isAccepted = (side: string, link: string) =>
    accepts.some((accepted) => {
      const [at, pattern = ''] = accepted.split(' ');
      const own = link.replace(/\+$/, '');
      return at === side && (pattern === link || (pattern.endsWith('+') && own.startsWith(pattern.slice(0, -1))));
    });
  return links.flatMap((link) =>
    (['-i', '-o'] as const).filter((side) => !isAccepted(side, link)).map((side) => ({ side, link })),
  );
}
