import { text } from 'node:stream/consumers';
import { EngineError } from '#engine/errors/index.ts';
import { AppError } from '../errors/index.ts';
import { readCommand, USAGE } from './read-command.ts';
import { runCommand } from './run-command.ts';
import type { Terminal } from './terminal.ts';

const terminal: Terminal = {
  out: (line) => void process.stdout.write(`${line}\n`),
  note: (line) => void process.stderr.write(`${line}\n`),
  readPassword: async () => (await text(process.stdin)).replace(/\r?\n$/, ''),
};

async function main(): Promise<number> {
  const asked = tryReadCommand();
  if (asked === undefined) return 2;
  const { command, config } = asked;
  if (command.kind === 'help') {
    process.stdout.write(USAGE);
    return 0;
  }
  try {
    return await runCommand(command, config, terminal);
  } catch (error) {
    // Ours are one sentence for people; anything else is a fault and shows where.
    const known = error instanceof EngineError || error instanceof AppError;
    terminal.note(`davit admin: ${known ? error.message : error instanceof Error ? error.stack : String(error)}`);
    return 1;
  }
}

function tryReadCommand(): ReturnType<typeof readCommand> | undefined {
  try {
    return readCommand(process.argv.slice(2), process.env);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    terminal.note(`davit admin: ${error.message}\nSee ./davit admin --help`);
    return undefined;
  }
}

process.exitCode = await main();
