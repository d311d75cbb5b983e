/** `exec_create: sh -c true` as dockerd names the event: the program, a space, its arguments, so that one alone ends in the space. */
export function execAction(kind: 'exec_create' | 'exec_start', [program = '', ...args]: readonly string[]): string {
  return `${kind}: ${program} ${args.join(' ')}`;
}
