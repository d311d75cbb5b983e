// Ends a Playwright run with the line that every test command of ours ends with; a run of no test is a failed one.
import type { FullConfig, FullResult, Reporter, Suite, TestCase } from '@playwright/test/reporter';

export default class SummaryReporter implements Reporter {
  #tests: TestCase[] = [];

  onBegin(_config: FullConfig, suite: Suite): void {
    this.#tests = suite.allTests();
  }

  printsToStdio(): boolean {
    return false;
  }

  async onEnd(result: FullResult): Promise<{ status: FullResult['status'] }> {
    const count = (...outcomes: string[]): number =>
      this.#tests.filter((test) => outcomes.includes(test.outcome())).length;
    const passed = count('expected');
    const skipped = count('skipped');
    // A test that passes on a second try has failed once: it counts as failed.
    const failed = this.#tests.length - passed - skipped;
    // After the list reporter has written its own summary.
    setImmediate(() => process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`));
    return { status: this.#tests.length === 0 || failed > 0 ? 'failed' : result.status };
  }
}
