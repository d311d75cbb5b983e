// Runs the files of a suite side by side, and once more, alone, those that failed.
import { addCounts, type Counts, type Failure, failedOutcome, type Outcome } from './outcome.ts';

export interface Suite {
  /** What to run, the longest first, so that no core waits for it at the end. */
  files(): readonly string[];
  /** As many at a time. */
  sideBySide: number;
  /** Made before the first file; the suite fails with what it throws. */
  prepare?: () => Promise<void>;
  /** @param again whether it failed once and now runs alone */
  runFile: (file: string, again: boolean) => Promise<Outcome>;
  /** For what computes the same thing each time. */
  neverTwice?: boolean;
}

/** A failed test, and where it stands. */
export interface FailureAt extends Failure {
  suite: string;
  file: string;
}

interface SuiteReport extends Counts {
  failures: readonly FailureAt[];
  /** Failed beside others and passed alone; they are counted as passed. */
  unsteady: readonly FailureAt[];
}

/** What is left for the whole run, over all suites. */
interface SecondTries {
  left: number;
}

/** A file that took longer is told as it ends. */
const SHORT_SECONDS = 1;
const SLOWEST_TOLD = 12;
const SLOW_SECONDS = 10;

/**
 * A file that failed may have stood beside one that took all the time or the disk, so it gets a second try. More files than
 * there are tries mean that the machine or the product is not sound: then none is made good by trying again.
 *
 * @param say takes a line of the course of things
 */
export async function runSuite(
  name: string,
  suite: Suite,
  tries: SecondTries,
  say: (line: string) => void,
): Promise<SuiteReport> {
  const files = suite.files();
  if (files.length === 0) return refused(`no ${name} test was found`);
  try {
    await suite.prepare?.();
  } catch (error) {
    return refused(textOf(error));
  }
  const outcomes = new Map<string, Outcome>();
  const seconds = new Map<string, number>();
  await forEachOf(files, suite.sideBySide, async (file) => {
    const startedAt = performance.now();
    const outcome = await runFile(file, false);
    outcomes.set(file, outcome);
    const took = (performance.now() - startedAt) / 1000;
    seconds.set(file, took);
    if (outcome.failed > 0 || took > SHORT_SECONDS) say(resultLine(file, outcome, took));
  });
  const unsteady: FailureAt[] = [];
  const failedOnce = [...outcomes].filter(([, { failed }]) => failed > 0);
  if (suite.neverTwice !== true && failedOnce.length <= tries.left) {
    for (const [file, first] of failedOnce) {
      tries.left -= 1;
      say(`${file} once more, alone`);
      const second = await runFile(file, true);
      // The first error is told either way: it is the one of the whole suite.
      if (second.failed === 0) unsteady.push(...placed(file, first));
      else say(resultLine(file, second));
      outcomes.set(file, second.failed === 0 ? second : { ...second, failures: first.failures });
    }
  }
  tellSlowest(seconds, say);
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const outcome of outcomes.values()) addCounts(counts, outcome);
  const failures = [...outcomes].flatMap(([file, outcome]) => placed(file, outcome));
  return { ...counts, failures, unsteady };

  function placed(file: string, { failures }: Outcome): FailureAt[] {
    return failures.map((failure) => ({ suite: name, file, ...failure }));
  }

  function refused(error: string): SuiteReport {
    const { failures, ...counts } = failedOutcome('the suite did not begin', error);
    return { ...counts, failures: failures.map((failure) => ({ suite: name, file: '', ...failure })), unsteady: [] };
  }

  async function runFile(file: string, again: boolean): Promise<Outcome> {
    try {
      return await suite.runFile(file, again);
    } catch (error) {
      return failedOutcome('it could not be run', textOf(error));
    }
  }
}

async function forEachOf(items: readonly string[], atATime: number, work: (item: string) => Promise<void>) {
  const queue = [...items];
  async function take(): Promise<void> {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await work(next);
  }
  await Promise.all(Array.from({ length: atATime }, take));
}

function resultLine(file: string, { failed, failures }: Outcome, seconds?: number): string {
  const took = seconds === undefined ? '' : `${seconds.toFixed(0).padStart(4)} s `;
  if (failed === 0) return `ok   ${took}${file}`;
  return [`FAIL ${took}${file}`, ...failures.map(({ name, error }) => `${name}\n${error}`)].join('\n');
}

function tellSlowest(seconds: ReadonlyMap<string, number>, say: (line: string) => void): void {
  const slowest = [...seconds]
    .filter(([, took]) => took > SLOW_SECONDS)
    .sort(([, one], [, other]) => other - one)
    .slice(0, SLOWEST_TOLD);
  if (slowest.length > 0) say('the slowest:');
  for (const [file, took] of slowest) say(`${took.toFixed(0).padStart(4)} s ${file}`);
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
