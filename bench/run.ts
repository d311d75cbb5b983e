// Measures Davit, and a dockerd or two beside it. Run by hand: figures of a machine that does other work mean little.
import { spawnSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { Bench } from './benchmark.ts';
import { BENCHMARKS } from './benchmarks/index.ts';
import { type BenchEngine, startDavit, startDockerd } from './engines.ts';
import { Figures } from './figures.ts';
import { removeLeftovers } from './leftovers.ts';

const USAGE = `usage: node bench/run.ts [NAME…] [OPTIONS]

Starts a Davit of its own (built before by ./davit build) and measures it over its docker socket. Root is needed.

  --rounds N       rounds that count (20)
  --containers N   how many containers are "many" (500)
  --dockerd        measure Debian's dockerd (package docker.io) in alternating rounds, and print the ratio
  --dockerd-root PATH
                   measure the dockerd of another system too, such as Debian unstable in a folder (mmdebstrap
                   --variant=extract --include=docker.io,containerd,runc,iptables,iproute2 unstable PATH; as it is unpacked
                   only, link iptables, ip6tables and their -save and -restore to the -nft ones in PATH/usr/sbin)
  --help           this text

Without a name all are run:
${BENCHMARKS.map(({ name, about }) => `  ${name.padEnd(12)} ${about}\n`).join('')}
Exit codes: 0 all measured, 1 one failed, 2 wrong usage.
`;

interface Options {
  names: readonly string[];
  rounds: number;
  containers: number;
  dockerd: boolean;
  dockerdRoot: string | undefined;
}

/** Undefined when help was asked for. @throws Error on an unknown word or a number that is none */
function readOptions(args: string[]): Options | undefined {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '20' },
      containers: { type: 'string', default: '500' },
      dockerd: { type: 'boolean', default: false },
      'dockerd-root': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const unknown = positionals.find((name) => BENCHMARKS.every((known) => known.name !== name));
  if (unknown !== undefined) throw new Error(`unknown benchmark "${unknown}"`);
  const rounds = toCount('rounds', values.rounds);
  const { dockerd, 'dockerd-root': dockerdRoot } = values;
  return { names: positionals, rounds, containers: toCount('containers', values.containers), dockerd, dockerdRoot };
}

function toCount(name: string, text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new Error(`--${name} must be a number from 1 to 99999, not "${text}"`);
  return Number(text);
}

/** Prints a table after each benchmark; false when one failed. Told to stop, it ends its engines first. */
async function measure(options: Options): Promise<boolean> {
  await using stack = new AsyncDisposableStack();
  const stopping = new AbortController();
  const stopped = Promise.withResolvers<never>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stopping.abort();
      stopped.reject(new Error(`stopped by ${signal}`));
    });
  }
  // Awaited below; while an engine starts nobody waits for it.
  stopped.promise.catch(() => undefined);
  await removeLeftovers();
  const engines: BenchEngine[] = [];
  const starts = [
    startDavit,
    ...(options.dockerd ? [() => startDockerd()] : []),
    ...(options.dockerdRoot === undefined ? [] : [() => startDockerd(options.dockerdRoot)]),
  ];
  for (const start of starts) {
    engines.push(stack.use(await start()));
    if (stopping.signal.aborted) return await stopped.promise;
  }
  process.stdout.write(`${describeMachine()}\n`);
  return await Promise.race([measureAll(engines, options, stopping.signal), stopped.promise]);
}

async function measureAll(engines: readonly BenchEngine[], options: Options, signal: AbortSignal): Promise<boolean> {
  let good = true;
  for (const { name, run } of BENCHMARKS) {
    if (options.names.length > 0 && !options.names.includes(name)) continue;
    const figures = new Figures();
    try {
      await run(new Bench(engines, figures, options));
    } catch (error) {
      // Its engines are being ended under it: that is no result.
      if (signal.aborted) return false;
      // The others still tell something.
      good = false;
      process.stderr.write(`${name} failed: ${messageOf(error)}\n`);
    }
    process.stdout.write(`\n## ${name}\n\n${figures.table(engines.map((engine) => engine.name))}`);
  }
  return good;
}

function describeMachine(): string {
  const [cpu] = cpus();
  const load = loadavg().map((value) => value.toFixed(1));
  const [runc = 'no runc'] = spawnSync('runc', ['--version'], { encoding: 'utf8' }).stdout?.split('\n') ?? [];
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  return `${new Date().toISOString()}, ${cpus().length} × ${cpu?.model.trim() ?? 'cpu'}, ${memory}, Linux ${release()}, Node ${process.versions.node}, ${runc}, load average ${load.join(' ')}`;
}

async function main(): Promise<number> {
  let options: Options | undefined;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`bench: ${messageOf(error)}\nSee node bench/run.ts --help\n`);
    return 2;
  }
  if (options === undefined) {
    process.stdout.write(USAGE);
    return 0;
  }
  try {
    return (await measure(options)) ? 0 : 1;
  } catch (error) {
    process.stderr.write(`bench: ${messageOf(error)}\n`);
    return 1;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

// What was stopped in its middle may still wait for an answer of an engine that is gone.
process.exit(await main());
