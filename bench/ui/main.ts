// Measures the dashboard: many containers, many browsers. Run by hand: figures of a machine that does other work mean little.
import { spawnSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import type { Page } from '@playwright/test';
import { quantile } from '../figures.ts';
import { MEASURES, openViewers, type Result } from './measures.ts';
import { openStage, type Sizes } from './stage.ts';

const DEFAULTS: Sizes = {
  containers: 500,
  running: 50,
  browsers: 20,
  rows: 5_000,
  lines: 200_000,
  rate: 10,
  rounds: 10,
};

const ABOUT: Record<keyof Sizes, string> = {
  containers: 'containers there are',
  running: 'of them running',
  browsers: 'browsers that look at the list meanwhile, each with a cache and a socket of its own',
  rows: 'rows of the list that is scrolled',
  lines: 'lines of the log that is scrolled',
  rate: 'MB a second that one container prints, 0 for none',
  rounds: 'rounds',
};

const SIZES = Object.keys(DEFAULTS) as (keyof Sizes)[];

const USAGE = `usage: node bench/ui/main.ts [NAME…] [OPTIONS]

Starts a Davit of its own (built before by ./davit build) and looks at it with headless Chromium. Root is needed. A browser is
a window of one Chromium process with storage of its own, as people's browsers have; all run on this machine and take processor
time from the server. Measure on a machine that does nothing else: the load average stands in every row.

${SIZES.map((name) => `  --${`${name} N`.padEnd(14)} ${ABOUT[name]} (${DEFAULTS[name]})\n`).join('')}  --help           this text

Without a name all are measured, in this order:
${MEASURES.map(({ name, about }) => `  ${name.padEnd(12)} ${about}\n`).join('')}
Exit codes: 0 all measured, 1 one failed, 2 wrong usage.
`;

/** Undefined when help was asked for. @throws Error on an unknown word or a number that is none */
function readOptions(args: string[]): { names: string[]; sizes: Sizes } | undefined {
  const options = Object.fromEntries(SIZES.map((name) => [name, { type: 'string' as const }]));
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...options, help: { type: 'boolean' } },
  });
  if (values.help === true) return undefined;
  const unknown = positionals.find((name) => MEASURES.every((known) => known.name !== name));
  if (unknown !== undefined) throw new Error(`nothing is called "${unknown}"`);
  const sizes = { ...DEFAULTS };
  for (const name of SIZES) {
    const text = (values as Readonly<Record<string, unknown>>)[name];
    if (typeof text !== 'string') continue;
    if (!/^\d{1,6}$/.test(text)) throw new Error(`--${name} must be a number, not "${text}"`);
    sizes[name] = Number(text);
  }
  return { names: positionals, sizes };
}

async function measureAll({ names, sizes }: { names: readonly string[]; sizes: Sizes }): Promise<boolean> {
  await using stage = await openStage(sizes);
  process.stdout.write(`${describeMachine(stage.browser.version(), sizes)}\n\n`);
  process.stdout.write('| | unit | median | p95 | n | target | load |\n| --- | --- | --- | --- | --- | --- | --- |\n');
  let good = true;
  let viewers: Page[] | undefined;
  for (const measure of MEASURES) {
    if (names.length > 0 && !names.includes(measure.name)) continue;
    try {
      if (measure.viewers === true) viewers ??= await openViewers(stage);
      else await stage.closeAll();
      for (const result of await measure.run(stage, viewers ?? [])) process.stdout.write(toRow(result));
    } catch (error) {
      // The others still tell something.
      good = false;
      process.stderr.write(`${measure.name} failed: ${messageOf(error)}\n`);
    }
    if (measure.viewers !== true) await stage.closeAll();
  }
  return good;
}

function toRow({ what, unit, values, target }: Result): string {
  // The bad end is the slow one.
  const bad = quantile(values, unit === 'frames/s' ? 0.05 : 0.95);
  const figures = [quantile(values, 0.5), bad].map((value) => value.toFixed(value >= 100 ? 0 : 1));
  return `| ${[what, unit, ...figures, values.length, target, (loadavg()[0] ?? 0).toFixed(1)].join(' | ')} |\n`;
}

function describeMachine(chromium: string, sizes: Sizes): string {
  const [cpu] = cpus();
  const load = loadavg().map((value) => value.toFixed(1));
  const [runc = 'no runc'] = spawnSync('runc', ['--version'], { encoding: 'utf8' }).stdout?.split('\n') ?? [];
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  const of = SIZES.map((name) => `${name} ${sizes[name]}`).join(', ');
  return `${new Date().toISOString()}, ${cpus().length} × ${cpu?.model.trim() ?? 'cpu'}, ${memory}, Linux ${release()}, Node ${process.versions.node}, ${runc}, Chromium ${chromium}, load average ${load.join(' ')}; ${of}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function main(): Promise<number> {
  let options: ReturnType<typeof readOptions>;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`bench: ${messageOf(error)}\nSee node bench/ui/main.ts --help\n`);
    return 2;
  }
  if (options === undefined) {
    process.stdout.write(USAGE);
    return 0;
  }
  return (await measureAll(options)) ? 0 : 1;
}

process.exit(await main());
