import { type CharTest, isWordCode } from './char-test.ts';
import type { Step } from './program.ts';

/** What stands beside a place, as far as `^ $ \b` ask. */
type Side = 'edge' | 'word' | 'other';

interface State {
  /** Steps that are reached by characters, sorted. */
  kernel: readonly number[];
  before: Side;
  /** By ASCII code the number of the next state; 0 is not known yet, `HIT` that a hit has ended here. */
  next: Int32Array;
  /** Whether a hit ends here when the text does. */
  atEnd: boolean | undefined;
}

const HIT = -1;
const ASCII = 128;
/** When there are more, all are forgotten: what is kept stays small, whatever the pattern. */
const MAX_STATES = 1_000;

/**
 * Says whether a text has a hit. Sets of steps become states that are kept with the ways between them, so that a character costs
 * one look into a table: 200 000 lines are searched while somebody types.
 */
export class LineTester {
  readonly #steps: readonly Step[];
  readonly #start: number;
  readonly #tests: readonly (CharTest | undefined)[];
  #states: State[] = [];
  #byKey = new Map<string, number>();

  constructor(steps: readonly Step[], start: number, tests: readonly (CharTest | undefined)[]) {
    this.#steps = steps;
    this.#start = start;
    this.#tests = tests;
    this.#forget();
  }

  test(text: string): boolean {
    let state = this.#states[1];
    for (let place = 0; place < text.length && state !== undefined; place += 1) {
      let code = text.charCodeAt(place);
      let next = code < ASCII ? (state.next[code] ?? 0) : 0;
      if (next === 0) {
        code = text.codePointAt(place) ?? code;
        if (code > 0xffff) place += 1;
        next = this.#step(state, code);
        if (code < ASCII) state.next[code] = next;
      }
      if (next === HIT) return true;
      state = this.#states[next];
    }
    if (state === undefined) return false;
    state.atEnd ??= this.#closure(state.kernel, state.before, 'edge').has(0);
    return state.atEnd;
  }

  #step(state: State, code: number): number {
    const side: Side = isWordCode(code) ? 'word' : 'other';
    const going = this.#closure(state.kernel, state.before, side);
    // Only what has passed a character counts: an empty hit says nothing.
    if (going.has(0)) return HIT;
    const kernel = new Set<number>();
    for (const set of [going, this.#closure([this.#start], state.before, side)]) {
      for (const at of set) {
        const step = this.#steps[at];
        if (step?.kind === 'chars' && this.#tests[at]?.(code)) kernel.add(step.next);
      }
    }
    return this.#intern(
      [...kernel].sort((a, b) => a - b),
      side,
    );
  }

  /** All steps that are reached without a character. */
  #closure(from: readonly number[], before: Side, after: Side): Set<number> {
    const reached = new Set<number>();
    const stack = [...from];
    while (stack.length > 0) {
      const at = stack.pop() ?? 0;
      if (reached.has(at)) continue;
      reached.add(at);
      const step = this.#steps[at];
      if (step?.kind === 'fork') stack.push(...step.ways);
      else if (step?.kind === 'assert' && holds(step.assertion, before, after)) stack.push(step.next);
    }
    return reached;
  }

  #intern(kernel: readonly number[], before: Side): number {
    const key = `${before} ${kernel.join(' ')}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    if (this.#states.length > MAX_STATES) this.#forget();
    const number = this.#states.push({ kernel, before, next: new Int32Array(ASCII), atEnd: undefined }) - 1;
    this.#byKey.set(key, number);
    return number;
  }

  /** Number 0 is no state, number 1 the beginning of a text. */
  #forget(): void {
    this.#states = [{ kernel: [], before: 'edge', next: new Int32Array(0), atEnd: false }];
    this.#byKey = new Map();
    this.#intern([], 'edge');
  }
}

function holds(assertion: 'start' | 'end' | 'word' | 'not_word', before: Side, after: Side): boolean {
  if (assertion === 'start') return before === 'edge';
  if (assertion === 'end') return after === 'edge';
  const isEdge = (before === 'word') !== (after === 'word');
  return assertion === 'word' ? isEdge : !isEdge;
}
