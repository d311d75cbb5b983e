// Ends a Playwright run with the line that every test command of ours ends with; a run of no test is a failed one. What
// failed is written to a file of its results, for the command that runs all suites.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { FullConfig, FullResult, Reporter, Suite, TestCase, TestError } from '@playwright/test/reporter';

export interface Summary {
  passed: number;
  failed: number;
  skipped: number;
  failures: readonly { name: string; error: string }[];
}

/** In the folder of the results. */
export const SUMMARY_FILE = 'summary.json';

export default class SummaryReporter implements Reporter {
  #tests: TestCase[] = [];
  #folder = '';
  #errors: TestError[] = [];

  onBegin(config: FullConfig, suite: Suite): void {
    this.#tests = suite.allTests();
    this.#folder = config.projects[0]?.outputDir ?? '';
  }

  /** Outside of any test, such as a file that cannot be read. */
  onError(error: TestError): void {
    this.#errors.push(error);
  }

  printsToStdio(): boolean {
    return false;
  }

  async onEnd(result: FullResult): Promise<{ status: FullResult['status'] }> {
    const summary = summarize(this.#tests, this.#errors);
    if (this.#folder !== '') {
      await mkdir(this.#folder, { recursive: true });
      await writeFile(join(this.#folder, SUMMARY_FILE), JSON.stringify(summary));
    }
    const { passed, failed, skipped } = summary;
    // After the list reporter has written its own summary.
    setImmediate(() => process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`));
    return { status: this.#tests.length === 0 || failed > 0 ? 'failed' : result.status };
  }
}

function summarize(tests: readonly TestCase[], errors: readonly TestError[]): Summary {
  const passed = tests.filter((test) => test.outcome() === 'expected').length;
  const skipped = tests.filter((test) => test.outcome() === 'skipped').length;
  // A test that passes on a second try of Playwright's has failed once: it counts as failed.
  const bad = tests.filter((test) => !['expected', 'skipped'].includes(test.outcome()));
  const failures = bad.map((test) => ({
    // After the project and the file, which have none of their own words here.
    name: test.titlePath().slice(3).join(' › '),
    error: test.results.flatMap((result) => result.errors.map(textOf)).join('\n'),
  }));
  for (const error of errors) failures.push({ name: 'outside of the tests', error: textOf(error) });
  return { passed, failed: bad.length + (errors.length > 0 ? 1 : 0), skipped, failures };
}

function textOf({ stack, message, value, location }: TestError): string {
  const place = location === undefined ? '' : `\nat ${location.file}:${location.line}`;
  return stripVTControlCharacters(stack ?? message ?? value ?? '') + place;
}
