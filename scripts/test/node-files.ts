// Files of `node:test`, one process each.
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { run as runTestFiles } from 'node:test';
import { spec } from 'node:test/reporters';
import { inspect } from 'node:util';
import { longestFirst } from './longest-first.ts';
import type { Failure, Outcome } from './outcome.ts';
import type { Suite } from './suite.ts';

interface Options {
  /** Of each test. */
  timeoutMs?: number;
  /** Writes each test and what it says of itself as it ends. */
  tellAll?: boolean;
}

const LAST_WORDS = 4_000;

export function nodeSuite(patterns: readonly string[], sideBySide: number, opts: Options = {}): Suite {
  return {
    files: () => longestFirst(globSync([...patterns], { exclude: (path) => path.includes('node_modules') })),
    sideBySide,
    runFile: (file) => runNodeFile(file, opts),
  };
}

/** A file that ends badly outside its tests counts as a test that failed. */
async function runNodeFile(file: string, { timeoutMs = 300_000, tellAll = false }: Options = {}): Promise<Outcome> {
  // As an argument it holds for each test; as `timeout` it would end a file whose tests together take longer.
  const events = runTestFiles({ files: [resolve(file)], execArgv: [`--test-timeout=${timeoutMs}`] });
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const failures: Failure[] = [];
  let lastWords = '';
  events.on('test:stderr', ({ message }) => {
    lastWords = (lastWords + message).slice(-LAST_WORDS);
  });
  events.on('test:pass', ({ skip, details }) => {
    if (details.type !== 'suite') counts[skip === undefined || skip === false ? 'passed' : 'skipped'] += 1;
  });
  events.on('test:fail', ({ name, details }) => {
    if (details.type !== 'suite') counts.failed += 1;
    const error: Error & { failureType?: unknown } = details.error;
    // Each of those is told itself.
    if (error.failureType === 'subtestsFailed') return;
    failures.push(
      name === resolve(file)
        ? { name: 'the file itself', error: `${thrown(error)}\n${lastWords}` }
        : { name, error: thrown(error) },
    );
  });
  for await (const text of tellAll ? events.compose(new spec()) : events)
    if (tellAll) process.stdout.write(String(text));
  return { ...counts, failures };
}

/** What the test threw is the cause of what the runner tells. */
function thrown(error: Error): string {
  return error.cause instanceof Error ? inspect(error.cause) : inspect(error);
}
