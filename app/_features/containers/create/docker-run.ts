import type { CreateForm } from './create-form.ts';
import { runArguments, runOptions } from './run-options.ts';

/**
 * The command that makes the same container, one option a line, safe to paste into a POSIX shell. Values of variables
 * that look secret are left out: `-e NAME` takes them from the shell's own environment.
 */
export function dockerRun(form: CreateForm): string {
  const options = runOptions(form).map(({ flag, value }) =>
    value === undefined ? flag : `${flag} ${quoteWord(value)}`,
  );
  const last = [form.image.trim() === '' ? 'IMAGE' : form.image.trim(), ...runArguments(form)].map(quoteWord).join(' ');
  return ['docker run -d', ...options, last].join(' \\\n  ');
}

const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** One word of a shell command: single quotes keep everything but themselves. */
export function quoteWord(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
