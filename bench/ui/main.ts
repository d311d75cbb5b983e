// Measures the dashboard: many containers, many browsers. Run by hand: figures of a machine that does other work mean little.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { MEASURES, NOBODY, openViewers, type Viewers } from './measures.ts';
import { isOver, overText, type Result, toRow } from './results.ts';
import { openStage, type Sizes } from './stage.ts';

const DEFAULTS: Sizes = {
  containers: 500,
  running: 50,
  browsers: 20,
  drawing: 20,
  rows: 5_000,
  lines: 200_000,
  rate: 10,
  rounds: 10,
};

const ABOUT: Record<keyof Sizes, string> = {
  containers: 'containers there are',
  running: 'of them running',
  browsers: 'browsers that look at the list meanwhile, each with a cache and a socket of its own',
  drawing: 'of them drawn on this machine, and the log if any is; of the others it has what they ask and are told',
  rows: 'rows of the list that is scrolled',
  lines: 'lines of the log that is scrolled',
  rate: 'MB a second that one container prints, 0 for none',
  rounds: 'rounds',
};

const SIZES = Object.keys(DEFAULTS) as (keyof Sizes)[];

const USAGE = `usage: node bench/ui/main.ts [NAME…] [OPTIONS]

Starts a Davit of its own (built before by ./davit build) and looks at it with headless Chromium. Root is needed. A browser is
a window of one Chromium process with storage of its own, as people's browsers have; all run on this machine and take processor
time from the server. Measure on a machine that does nothing else: the load average stands in every row. What is over its
target is named again below the table; where it stands in its work is told on standard error.

${SIZES.map((name) => `  --${`${name} N`.padEnd(14)} ${ABOUT[name]} (${DEFAULTS[name]})\n`).join('')}  --help           this text

Without a name all are measured, in this order:
${MEASURES.map(({ name, about }) => `  ${name.padEnd(12)} ${about}\n`).join('')}
Exit codes: 0 all measured, 1 one failed or it was ended, 2 wrong usage.
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

const began = performance.now();

function tell(what: string): void {
  process.stderr.write(`${((performance.now() - began) / 1_000).toFixed(0).padStart(4)} s  ${what}\n`);
}

async function measureAll(
  { names, sizes }: { names: readonly string[]; sizes: Sizes },
  ended: Promise<never>,
): Promise<boolean> {
  tell(`a server with ${sizes.containers} containers`);
  await using stage = await openStage(sizes);
  process.stdout.write(`${describeMachine(stage.browser.version(), sizes)}\n\n`);
  process.stdout.write('| | unit | median | p95 | n | target | load |\n| --- | --- | --- | --- | --- | --- | --- |\n');
  let good = true;
  let viewers: Viewers | undefined;
  const over: Result[] = [];
  for (const measure of MEASURES) {
    if (names.length > 0 && !names.includes(measure.name)) continue;
    try {
      if (measure.viewers !== true) {
        await stage.closeAll();
        viewers = undefined;
      } else if (viewers === undefined) {
        tell(`${sizes.browsers} browsers`);
        viewers = await Promise.race([ended, openViewers(stage)]);
      }
      tell(measure.name);
      for (const result of await Promise.race([ended, measure.run(stage, viewers ?? NOBODY)])) {
        process.stdout.write(toRow(result, loadavg()[0] ?? 0));
        if (isOver(result)) over.push(result);
      }
    } catch (error) {
      good = false;
      process.stderr.write(`${measure.name} failed: ${messageOf(error)}\n`);
      // The others still tell something.
      if (error instanceof Ended) break;
    }
  }
  process.stdout.write(overText(over));
  tell('taking everything away');
  return good;
}

class Ended extends Error {}

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

/** Whoever ends it gets the machine back as it was. */
async function untilEnded(): Promise<never> {
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  throw new Ended('it was ended from outside');
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
  const ended = untilEnded();
  // Told by the measure that it ends; between two of them nobody waits for it.
  ended.catch(() => undefined);
  const good = await measureAll(options, ended);
  tell('done');
  return good ? 0 : 1;
}

process.exit(await main());
