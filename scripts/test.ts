// Runs every check and test and ends with what failed and the line `N passed, N failed, N skipped`, over all suites.
// Usage: node scripts/test.ts [--faults] [checks] [unit] [integration] [durability] [e2e]
import { beside } from './test/beside.ts';
import { BROWSER_SUITE } from './test/browser-files.ts';
import { CHECK_SUITE } from './test/checks.ts';
import { closingText } from './test/closing.ts';
import { buildPages } from './test/command.ts';
import { LONG_FAULTS } from './test/longest-first.ts';
import { nodeSuite } from './test/node-files.ts';
import { addCounts, countsText } from './test/outcome.ts';
import { type FailureAt, runSuite, type Suite } from './test/suite.ts';

/** The long form of what the integration and durability suites try in short: by hand, it takes two hours. */
const FAULTS = [
  ...LONG_FAULTS,
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
const FAULT_SUITE: Suite = {
  ...nodeSuite(FAULTS, 1, { timeoutMs: 3 * 3_600_000, tellAll: true }),
  prepare: async () => {
    await buildPages();
    Object.assign(process.env, FAULT_ROUNDS);
  },
  // It looks for what is unsteady.
  neverTwice: true,
};

// So many files at a time, on two cores: integration tests wait for the kernel and for moments more than they compute.
const SUITES: Readonly<Record<string, Suite>> = {
  checks: CHECK_SUITE,
  unit: nodeSuite(['{engine,server,scripts,bench,app,e2e}/**/*.test.ts'], 3),
  integration: nodeSuite(['{engine,server}/**/*.itest.ts'], 4),
  durability: { ...nodeSuite(['e2e/**/*.e2e.ts'], 4), prepare: buildPages },
  e2e: BROWSER_SUITE,
};

/** Of the two that start servers, where both are run. */
const SERVERS_AT_ONCE = 6;

/** For the whole run. */
const SECOND_TRIES = 3;

async function main(words: readonly string[]): Promise<void> {
  const suites = words.includes('--faults') ? { faults: FAULT_SUITE } : SUITES;
  const names = words.filter((word) => word !== '--faults');
  const unknown = names.find((name) => !Object.hasOwn(suites, name));
  if (unknown !== undefined) {
    process.stderr.write(`unknown suite "${unknown}"; there are: ${Object.keys(suites).join(', ')}\n`);
    process.exitCode = 2;
    return;
  }
  const total = { passed: 0, failed: 0, skipped: 0 };
  const failures: FailureAt[] = [];
  const unsteady: FailureAt[] = [];
  const tries = { left: SECOND_TRIES };
  for (const [name, suite] of Object.entries(chosen(suites, names))) {
    const startedAt = performance.now();
    say(`\n== ${name}`);
    const report = await runSuite(name, suite, tries, say);
    say(`${name}: ${countsText(report)} in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
    addCounts(total, report);
    failures.push(...report.failures);
    unsteady.push(...report.unsteady);
  }
  if (total.failed > 0 || total.passed === 0) process.exitCode = 1;
  const closing = closingText(failures, unsteady);
  if (closing !== '') say(closing);
  say(`\n${countsText(total)}`);
}

/** All where none is named. */
function chosen(suites: Readonly<Record<string, Suite>>, names: readonly string[]): Record<string, Suite> {
  const wanted = Object.entries(suites).filter(([name]) => names.length === 0 || names.includes(name));
  const { durability, e2e, ...others } = Object.fromEntries(wanted);
  if (durability === undefined || e2e === undefined) return Object.fromEntries(wanted);
  return { ...others, 'durability and e2e': beside(durability, e2e, SERVERS_AT_ONCE) };
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

await main(process.argv.slice(2));
