import { type CharTest, isWordCode, testOf } from './char-test.ts';
import { LineTester } from './line-tester.ts';
import { compile, type Step } from './program.ts';
import type { Pattern } from './syntax.ts';

/** Beginning and end of a hit, in characters of the text. */
export type Hit = readonly [number, number];

const NONE = -1;

/**
 * Searches texts for a pattern. Time grows with the length of the text and of the pattern, never with how they fit together:
 * no pattern that somebody types makes the page stand still.
 */
export class Matcher {
  readonly #steps: readonly Step[];
  readonly #start: number;
  readonly #tests: readonly (CharTest | undefined)[];
  readonly #tester: LineTester;

  /** @throws PatternError `too_large` */
  constructor(pattern: Pattern, matchCase: boolean) {
    const { steps, start } = compile(pattern);
    this.#steps = steps;
    this.#start = start;
    this.#tests = steps.map((step) => (step.kind === 'chars' ? testOf(step.set, matchCase) : undefined));
    this.#tester = new LineTester(steps, start, this.#tests);
  }

  test(text: string): boolean {
    return this.#tester.test(text);
  }

  /** All hits, left to right, each as long as it can be; none of them empty. */
  hits(text: string): Hit[] {
    const hits: Hit[] = [];
    for (let from = 0; from <= text.length; ) {
      const hit = this.#next(text, from);
      if (hit === undefined) break;
      hits.push(hit);
      from = hit[1];
    }
    return hits;
  }

  #next(text: string, from: number): Hit | undefined {
    const count = this.#steps.length;
    // By step: where the hit began that has come this far; the list says which steps those are.
    let began = new Int32Array(count).fill(NONE);
    let active: number[] = [];
    let nextBegan = new Int32Array(count).fill(NONE);
    let nextActive: number[] = [];
    let best: Hit | undefined;
    const stack: number[] = [];

    const enter = (step: number, start: number, place: number, into: Int32Array, list: number[]) => {
      stack.push(step);
      while (stack.length > 0) {
        const at = stack.pop() ?? 0;
        const known = into[at] ?? NONE;
        if (known !== NONE && known <= start) continue;
        if (known === NONE) list.push(at);
        into[at] = start;
        const one = this.#steps[at];
        if (one?.kind === 'fork') stack.push(...one.ways);
        else if (one?.kind === 'assert' && holds(one.assertion, text, place)) stack.push(one.next);
      }
    };

    for (let place = from; place <= text.length; ) {
      // Earlier beginnings are entered first; a new one only while nothing is found.
      if (best === undefined) enter(this.#start, place, place, began, active);
      const found = began[0] ?? NONE;
      // Empty hits say nothing; of two hits the one that began first wins, then the longer one.
      if (found !== NONE && found < place && (best === undefined || found <= best[0])) {
        best = [found, place];
      }
      if (place === text.length) break;
      const code = text.codePointAt(place) ?? 0;
      const after = place + (code > 0xffff ? 2 : 1);
      for (const at of active) {
        const start = began[at] ?? NONE;
        const step = this.#steps[at];
        if (step?.kind !== 'chars' || (best !== undefined && start > best[0])) continue;
        if (this.#tests[at]?.(code)) enter(step.next, start, after, nextBegan, nextActive);
      }
      for (const at of active) began[at] = NONE;
      active.length = 0;
      [began, nextBegan] = [nextBegan, began];
      [active, nextActive] = [nextActive, active];
      if (best !== undefined && active.length === 0) break;
      place = after;
    }
    return best;
  }
}

function holds(assertion: 'start' | 'end' | 'word' | 'not_word', text: string, place: number): boolean {
  if (assertion === 'start') return place === 0;
  if (assertion === 'end') return place === text.length;
  const isEdge = isWord(text, place - 1) !== isWord(text, place);
  return assertion === 'word' ? isEdge : !isEdge;
}

function isWord(text: string, index: number): boolean {
  return index >= 0 && index < text.length && isWordCode(text.charCodeAt(index));
}
