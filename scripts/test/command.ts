// A program that a suite runs, and all that it wrote.
import { spawn } from 'node:child_process';

export const BIN = 'node_modules/.bin';
const ENVIRONMENT = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', CHECKPOINT_DISABLE: '1', FORCE_COLOR: '0' };
const MOST_KEPT = 200_000;

/** Rejects when there is no such program. @returns both of its outputs together, their last part when they are long */
export function run(command: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ code: number; output: string }>();
  const child = spawn(command, args, { env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-MOST_KEPT);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.on('error', reject);
  child.on('close', (code) => resolve({ code: code ?? 1, output }));
  return promise;
}

/** Tests of a running server need its pages; `./davit build` does nothing when they are as the sources are. */
export async function buildPages(): Promise<void> {
  const { code, output } = await run('./davit', ['build']);
  if (code !== 0) throw new Error(`the pages could not be built:\n${output.slice(-20_000)}`);
}
