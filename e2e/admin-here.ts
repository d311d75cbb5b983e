import { readCommand } from '#server/admin/read-command.ts';
import { runCommand } from '#server/admin/run-command.ts';
import type { DavitProcess } from './davit-process.ts';

type Instance = Pick<DavitProcess, 'dataRoot' | 'runRoot' | 'name'>;

/**
 * What `./davit admin` does, in this process: another one takes most of a second of a core before it begins. For what a test
 * needs; the command line itself is tried where it is meant.
 *
 * @returns what it wrote @throws Error with what it wrote when it failed
 */
export async function adminHere(instance: Instance, words: readonly string[], input = ''): Promise<string> {
  const { dataRoot, runRoot, name } = instance;
  const flags = ['--data-root', dataRoot, '--run-root', runRoot, '--instance', name];
  const { command, config } = readCommand([...words, ...flags], {});
  if (command.kind === 'help') throw new Error(`${words.join(' ')} was read as a question for help`);
  const lines: string[] = [];
  const out = (line: string) => void lines.push(line);
  const code = await runCommand(command, config, { out, note: () => undefined, readPassword: async () => input });
  const told = lines.join('\n');
  if (code !== 0) throw new Error(`davit admin ${command.kind} ended with ${code}: ${told}`);
  return told;
}
