import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureShim } from '../shim/compile.ts';

/** Compiled once for all tests: it takes more of a processor than many of them. */
export function compiledShim(): Promise<string> {
  return ensureShim(join(tmpdir(), 'davit-shim-cache'));
}
