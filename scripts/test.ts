// Runs every check and test and ends with the line `N passed, N failed, N skipped`, summed over all suites.
// Usage: node scripts/test.ts [--faults] [checks] [unit] [integration] [durability] [e2e]
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { run as runTestFiles } from 'node:test';
import { dot, spec } from 'node:test/reporters';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

type Suite = () => Promise<Counts>;

const BIN = 'node_modules/.bin';
const ENVIRONMENT = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', CHECKPOINT_DISABLE: '1', FORCE_COLOR: '0' };

/** The long form of what the integration and durability suites try in short: by hand, it takes two hours. */
const FAULTS = [
  'engine/system/failpoints.itest.ts',
  'engine/system/crash.itest.ts',
  'e2e/durability/kill-campaign.e2e.ts',
  'e2e/docker-cli/disconnects.e2e.ts',
  'e2e/durability/random-orders.e2e.ts',
  'e2e/durability/leaks.e2e.ts',
];
const FAULT_ROUNDS = {
  DAVIT_FAULT_ROUNDS: '3',
  DAVIT_KILL_ROUNDS: '100',
  DAVIT_DISCONNECTS: '200',
  DAVIT_ORDERS: '200',
  DAVIT_LEAK_ROUNDS: '1000',
};

/** They begin first, so that no core waits for one of them at the end. */
const LONGEST = [
  'server/realtime/sockets.test.ts',
  'server/admin/main.test.ts',
  'engine/system/failpoints.itest.ts',
  'engine/system/crash.itest.ts',
  'engine/system/neighbours.itest.ts',
  'engine/containers/container-files.itest.ts',
  'engine/diff/damaged-archives.itest.ts',
  'engine/images/disk-full.itest.ts',
  'engine/images/save-images.itest.ts',
  'e2e/durability/metrics.e2e.ts',
  'e2e/durability/kill-campaign.e2e.ts',
  'e2e/durability/large-import.e2e.ts',
  'e2e/docker-cli/remote.e2e.ts',
  'e2e/docker-cli/disconnects.e2e.ts',
  'e2e/ui/pages.spec.ts',
  'e2e/ui/logs.spec.ts',
  'e2e/ui/containers.spec.ts',
  'e2e/ui/users.spec.ts',
  'e2e/ui/main-job.spec.ts',
  'e2e/ui/host-terminal.spec.ts',
  'e2e/ui/terminal.spec.ts',
  'e2e/ui/uploads.spec.ts',
];
const SLOWEST_TOLD = 12;

type Check = readonly [name: string, command: string, ...args: string[]];

const CHECKS: readonly [Check, ...Check[]] = [
  ['route types', `${BIN}/next`, 'typegen'],
  ['format and lint', `${BIN}/biome`, 'check', '--error-on-warnings', '.'],
  ['types', `${BIN}/tsc`, '--noEmit', '--checkers', '1'],
  ['promises and switches', `${BIN}/oxlint`, '-c', '.oxlintrc.json', '--type-aware', '--deny-warnings', '.'],
  ['import directions', process.execPath, 'scripts/import-directions.ts'],
  ['dead exports', process.execPath, 'scripts/dead-exports.ts'],
  ['messages', process.execPath, 'scripts/check-messages.ts'],
  ['no text in the code', process.execPath, 'scripts/literal-text.ts'],
  ['links of the documentation', process.execPath, 'scripts/doc-links.ts'],
  ['complete lockfiles', process.execPath, 'scripts/complete-lock.ts', '--check'],
];

// So many files at a time, on two cores: integration tests wait for the kernel and for moments more than they compute.
const SUITES: Record<string, Suite> = {
  checks: runChecks,
  unit: () => runNodeTests('unit', ['{engine,server,scripts,bench,app,e2e}/**/*.test.ts'], 3),
  integration: () => runNodeTests('integration', ['{engine,server}/**/*.itest.ts'], 4),
  durability: async () =>
    (await buildPages()) ? runNodeTests('durability', ['e2e/**/*.e2e.ts'], 3) : { passed: 0, failed: 1, skipped: 0 },
  e2e: runBrowserTests,
};

/** Two at a time: most of them keep one core busy. Told in their order. */
async function runChecks(): Promise<Counts> {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const [typegen, ...rest] = CHECKS;
  const queue = rest.map((check, at) => ({ check, at }));
  // The types are read from what this one writes.
  const results = [await runCheck(typegen)];
  async function work(): Promise<void> {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      results[next.at + 1] = await runCheck(next.check);
    }
  }
  await Promise.all([work(), work()]);
  for (const { name, code, output } of results) {
    say(`${code === 0 ? 'ok  ' : 'FAIL'} ${name}`);
    counts[code === 0 ? 'passed' : 'failed'] += 1;
    if (code !== 0) process.stdout.write(output.slice(-20_000));
  }
  return counts;
}

async function runCheck([name, command, ...args]: Check): Promise<{ name: string; code: number; output: string }> {
  return { name, ...(await run(command, args, { quiet: true })) };
}

async function runFaultCampaign(): Promise<Counts> {
  if (!(await buildPages())) return { passed: 0, failed: 1, skipped: 0 };
  Object.assign(process.env, FAULT_ROUNDS);
  return await runNodeTests('fault', FAULTS, 1, { timeoutMs: 3 * 3_600_000, tellAll: true });
}

/** By `node --test` itself the files would go by their names, and the longest one might begin last. */
async function runNodeTests(
  name: string,
  patterns: readonly string[],
  concurrency: number,
  opts: { timeoutMs?: number; tellAll?: boolean } = {},
): Promise<Counts> {
  const files = longestFirst(globSync([...patterns], { exclude: (path) => path.includes('node_modules') })).map(
    (file) => resolve(file),
  );
  if (files.length === 0) {
    say(`no ${name} test was found`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const timeout = opts.timeoutMs ?? 300_000;
  // As an argument it holds for each test; as `timeout` it would end a file whose tests together take longer.
  const tests = runTestFiles({ files, concurrency, execArgv: [`--test-timeout=${timeout}`] });
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const seconds = new Map<string, number>();
  tests.on('test:pass', ({ skip, details }) => {
    if (details.type !== 'suite') counts[skip === undefined || skip === false ? 'passed' : 'skipped'] += 1;
  });
  // A file that ends badly outside its tests is told as a test that failed.
  tests.on('test:fail', ({ details }) => {
    if (details.type !== 'suite') counts.failed += 1;
  });
  tests.on('test:complete', ({ name: file, details }) => {
    if (files.includes(file)) seconds.set(relative('.', file), details.duration_ms / 1000);
  });
  for await (const text of opts.tellAll ? tests.compose(new spec()) : tests.compose(dot)) process.stdout.write(text);
  tellSlowest(seconds);
  return counts;
}

function tellSlowest(seconds: ReadonlyMap<string, number>): void {
  const slowest = [...seconds].sort(([, one], [, other]) => other - one).slice(0, SLOWEST_TOLD);
  for (const [file, took] of slowest) if (took > 10) say(`${took.toFixed(0).padStart(4)} s ${file}`);
}

function longestFirst(files: readonly string[]): string[] {
  const place = (file: string) => (LONGEST.includes(file) ? LONGEST.indexOf(file) : LONGEST.length);
  return files.toSorted((one, other) => place(one) - place(other) || (one < other ? -1 : 1));
}

/** Tests of a running server need its pages; `./davit build` does nothing when they are as the sources are. */
async function buildPages(): Promise<boolean> {
  const { code, output } = await run('./davit', ['build'], { quiet: true });
  if (code !== 0) process.stdout.write(output.slice(-20_000));
  return code === 0;
}

/** As many browsers at a time, on two cores. */
const BROWSERS = 2;
/**
 * Each file has a network of its own, with nothing but its loopback: a browser takes the bridges and links of another
 * file's server for a change of networks, and drops what it is loading.
 */
const ALONE = ['--net', '--', 'sh', '-ec', 'ip link set lo up; exec "$@"', 'sh'];

async function runBrowserTests(): Promise<Counts> {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const seconds = new Map<string, number>();
  const queue = longestFirst(globSync('e2e/ui/*.spec.ts'));
  if (queue.length === 0 || !(await buildPages())) return { ...total, failed: 1 };
  async function work(): Promise<void> {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const startedAt = performance.now();
      const { passed, failed, skipped } = await runBrowserFile(file);
      seconds.set(file, (performance.now() - startedAt) / 1000);
      total.passed += passed;
      total.failed += failed;
      total.skipped += skipped;
    }
  }
  await Promise.all(Array.from({ length: BROWSERS }, work));
  tellSlowest(seconds);
  return total;
}

async function runBrowserFile(file: string): Promise<Counts> {
  const results = ['--output', join('test-results', basename(file, '.spec.ts'))];
  const { code, output } = await run('unshare', [...ALONE, `${BIN}/playwright`, 'test', file, ...results], {
    quiet: true,
  });
  process.stdout.write(output);
  const line = /(\d+) passed, (\d+) failed, (\d+) skipped\s*$/.exec(output);
  const [passed = 0, failed = 0, skipped = 0] = (line?.slice(1) ?? []).map(Number);
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed, skipped };
}

function run(
  command: string,
  args: readonly string[],
  opts: { quiet?: boolean } = {},
): Promise<{ code: number; output: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ code: number; output: string }>();
  const child = spawn(command, args, { env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-200_000);
    if (!opts.quiet) process.stdout.write(chunk);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.on('error', reject);
  child.on('close', (code) => resolve({ code: code ?? 1, output }));
  return promise;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function main(words: readonly string[]): Promise<void> {
  const suites: Record<string, Suite> = words.includes('--faults') ? { faults: runFaultCampaign } : SUITES;
  const names = words.filter((word) => word !== '--faults');
  const unknown = names.find((name) => suites[name] === undefined);
  if (unknown !== undefined) {
    process.stderr.write(`unknown suite "${unknown}"; there are: ${Object.keys(suites).join(', ')}\n`);
    process.exitCode = 2;
    return;
  }
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, suite] of Object.entries(suites)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const startedAt = performance.now();
    say(`\n== ${name}`);
    const counts = await suite();
    say(
      `${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`,
    );
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
  }
  if (total.failed > 0 || total.passed === 0) process.exitCode = 1;
  say(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
}

await main(process.argv.slice(2));
