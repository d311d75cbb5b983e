import { badRequest } from './docker-error.ts';

const DEFAULT_KEYS = 'ctrl-p,ctrl-q';
const CONTROLS = '@abcdefghijklmnopqrstuvwxyz[\\]^_';

/**
 * The bytes that leave a terminal without ending it, such as `ctrl-p,ctrl-q` or `x`.
 * @throws EngineError `invalid_argument`
 */
export function parseDetachKeys(text: string): number[] {
  return (text === '' ? DEFAULT_KEYS : text).split(',').map((key) => {
    const [, letter] = /^ctrl-(.)$/i.exec(key) ?? [];
    const control = letter === undefined ? -1 : CONTROLS.indexOf(letter.toLowerCase());
    if (control !== -1) return control;
    if (/^[\x20-\x7e]$/.test(key)) return key.charCodeAt(0);
    throw badRequest(`Invalid escape keys (${text}) provided`, 'detach_keys_invalid');
  });
}

/** Looks for the keys in what is typed; what may be their beginning is held back until it is known. */
export class DetachDetector {
  readonly #keys: readonly number[];
  #matched = 0;

  constructor(keys: readonly number[]) {
    this.#keys = keys;
  }

  /** What goes to the process, and whether the person has left. */
  push(chunk: Uint8Array): { data: Buffer; detached: boolean } {
    const out: number[] = [];
    for (const byte of chunk) {
      if (byte !== this.#keys[this.#matched]) {
        out.push(...this.#keys.slice(0, this.#matched));
        this.#matched = 0;
      }
      if (byte === this.#keys[this.#matched]) this.#matched += 1;
      else out.push(byte);
      if (this.#matched === this.#keys.length) return { data: Buffer.from(out), detached: true };
    }
    return { data: Buffer.from(out), detached: false };
  }
}
