// The end of a run of tests. Who reads it on another machine sees the beginning and the end of a long output, so all that
// failed is told there once more.
import type { FailureAt } from './suite.ts';

const LINES_OF_ERROR = 15;
/** Places in a stack that say nothing of the test. */
const OF_THE_RUNNER = /^ *at .*\bnode:(internal|async_hooks)/;

/** What failed, what only failed at first, and nothing where all is well. */
export function closingText(failures: readonly FailureAt[], unsteady: readonly FailureAt[]): string {
  const parts = [
    ...failures.map((failure) => `\nFAILED ${failure.suite}: ${failure.file}: ${failure.name}\n${firstLines(failure)}`),
    ...unsteady.map((failure) => `\nunsteady: ${failure.file}: ${failure.name}\n${firstLines(failure)}`),
  ];
  if (unsteady.length > 0) parts.push('\nWhat is unsteady failed beside others and passed alone. It wants mending.');
  return parts.join('\n');
}

function firstLines({ error }: FailureAt): string {
  const lines = error.split('\n').filter((line) => line.trim() !== '' && !OF_THE_RUNNER.test(line));
  const shown = lines.slice(0, LINES_OF_ERROR);
  if (lines.length > shown.length) shown.push(`(${lines.length - shown.length} more lines above)`);
  return shown.map((line) => `    ${line}`).join('\n');
}
