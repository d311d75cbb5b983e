const PLAIN = /^[\w@%+=:,./-]+$/;

/** A command as one line a shell would read back, the way `docker ps` shows it. */
export function shellWords(args: readonly string[]): string {
  return args.map((arg) => (PLAIN.test(arg) ? arg : `'${arg.replaceAll("'", `'"'"'`)}'`)).join(' ');
}
