// Files of browser tests, one run of Playwright each.
import { globSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { SUMMARY_FILE, type Summary } from '../../e2e/summary-reporter.ts';
import { BIN, buildPages, run } from './command.ts';
import { longestFirst } from './longest-first.ts';
import { failedOutcome, type Outcome } from './outcome.ts';
import type { Suite } from './suite.ts';

/**
 * Each file has a network of its own, with nothing but its loopback: a browser takes the bridges and links of another
 * file's server for a change of networks, and drops what it is loading.
 */
const ALONE = ['--net', '--', 'sh', '-ec', 'ip link set lo up; exec "$@"', 'sh'];

/** On two cores: half of a file's time it waits for what the page or the kernel does. */
export const BROWSER_SUITE: Suite = {
  files: () => longestFirst(globSync('e2e/ui/*.spec.ts')),
  sideBySide: 3,
  prepare: buildPages,
  runFile: runBrowserFile,
};

async function runBrowserFile(file: string, again: boolean): Promise<Outcome> {
  // What the first try left behind stays for who looks into it.
  const results = join('test-results', `${basename(file, '.spec.ts')}${again ? '-again' : ''}`);
  await rm(results, { recursive: true, force: true });
  const command = [`${BIN}/playwright`, 'test', file, '--output', results];
  const { code, output } = await run('unshare', [...ALONE, ...command]);
  const summary = await readSummary(join(results, SUMMARY_FILE));
  if (summary === undefined || (code !== 0 && summary.failed === 0)) {
    return failedOutcome('the file itself', `ended with ${code}\n${output.slice(-20_000)}`);
  }
  return summary;
}

/** Not there when Playwright could not even begin. */
async function readSummary(path: string): Promise<Summary | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}
