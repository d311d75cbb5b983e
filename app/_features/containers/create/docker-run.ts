import type { CreateForm } from './create-form.ts';
import { quoteWord } from './quote-word.ts';
import { runArguments, runOptions } from './run-options.ts';

/**
 * The command that makes the same container, one option a line, safe to paste into a POSIX shell. Values of variables
 * that look secret are left out: `-e NAME` takes them from the shell's own environment. `docker` is what it begins with.
 */
export function dockerRun(form: CreateForm, docker = 'docker'): string {
  const options = runOptions(form).map(({ flag, value }) =>
    value === undefined ? flag : `${flag} ${quoteWord(value)}`,
  );
  const last = [form.image.trim() === '' ? 'IMAGE' : form.image.trim(), ...runArguments(form)].map(quoteWord).join(' ');
  return [`${docker} run -d`, ...options, last].join(' \\\n  ');
}
