// What is refused without running anything of the product.
import { BIN, run } from './command.ts';
import { failedOutcome, type Outcome } from './outcome.ts';
import type { Suite } from './suite.ts';

type Command = readonly [program: string, ...args: string[]];

const CHECKS: Readonly<Record<string, Command>> = {
  'format and lint': [`${BIN}/biome`, 'check', '--error-on-warnings', '.'],
  types: [`${BIN}/tsc`, '--noEmit', '--checkers', '1'],
  'promises and switches': [`${BIN}/oxlint`, '-c', '.oxlintrc.json', '--type-aware', '--deny-warnings', '.'],
  'import directions': [process.execPath, 'scripts/import-directions.ts'],
  'dead exports': [process.execPath, 'scripts/dead-exports.ts'],
  messages: [process.execPath, 'scripts/check-messages.ts'],
  'no text in the code': [process.execPath, 'scripts/literal-text.ts'],
  'links of the documentation': [process.execPath, 'scripts/doc-links.ts'],
  'complete lockfiles': [process.execPath, 'scripts/complete-lock.ts', '--check'],
};

/** Two at a time: most of them keep one core busy. */
export const CHECK_SUITE: Suite = {
  files: () => Object.keys(CHECKS),
  sideBySide: 2,
  // The types are read from what this one writes.
  prepare: async () => {
    const { code, output } = await run(`${BIN}/next`, ['typegen']);
    if (code !== 0) throw new Error(`the types of the routes could not be written:\n${output}`);
  },
  runFile: runCheck,
  neverTwice: true,
};

async function runCheck(name: string): Promise<Outcome> {
  const [program, ...args] = CHECKS[name] ?? [name];
  const { code, output } = await run(program, args);
  return code === 0
    ? { passed: 1, failed: 0, skipped: 0, failures: [] }
    : failedOutcome('refused', output.slice(-20_000));
}
