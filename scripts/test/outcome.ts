// What a run of tests came to, in the terms that every suite shares.

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

export interface Failure {
  /** The test's name, after those of the tests it stands in. */
  name: string;
  /** As the reporter would print it, several lines. */
  error: string;
}

/** Of one file, or of one check. */
export interface Outcome extends Counts {
  /** Each test that failed; for one that failed outside its tests, what it wrote last. */
  failures: readonly Failure[];
}

/** For what could not even be run. */
export function failedOutcome(name: string, error: string): Outcome {
  return { passed: 0, failed: 1, skipped: 0, failures: [{ name, error }] };
}

export function addCounts(total: Counts, { passed, failed, skipped }: Counts): void {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
}

/** The line that every test command of ours ends with. */
export function countsText({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
