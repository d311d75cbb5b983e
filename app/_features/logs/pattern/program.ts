import { type Assertion, type CharSet, type Pattern, PatternError } from './syntax.ts';

/** One step of a search; numbers are places in the list of steps. */
export type Step =
  | { kind: 'chars'; set: CharSet; next: number }
  | { kind: 'assert'; assertion: Assertion; next: number }
  | { kind: 'fork'; ways: readonly number[] }
  | { kind: 'found' };

/** So many at most: the time for a character grows with them. */
const MAX_STEPS = 5_000;

/**
 * The pattern as a machine without backtracking (Thompson's construction): whatever the text, a character is looked at once a step.
 * @throws PatternError `too_large` for repeats that make too many steps
 */
export function compile(pattern: Pattern): { steps: readonly Step[]; start: number } {
  const steps: Step[] = [{ kind: 'found' }];
  const add = (step: Step): number => {
    if (steps.length >= MAX_STEPS) throw new PatternError('too_large', 0);
    return steps.push(step) - 1;
  };
  /** @returns where to begin for what leads to `next` */
  const build = (part: Pattern, next: number): number => {
    switch (part.kind) {
      case 'chars':
        return add({ kind: 'chars', set: part.set, next });
      case 'assert':
        return add({ kind: 'assert', assertion: part.assertion, next });
      case 'sequence':
        return part.parts.reduceRight((after, one) => build(one, after), next);
      case 'either':
        return add({ kind: 'fork', ways: part.options.map((one) => build(one, next)) });
      case 'repeat':
        return buildRepeat(part, next);
    }
  };
  const buildRepeat = ({ body, min, max }: Extract<Pattern, { kind: 'repeat' }>, next: number): number => {
    let after = next;
    if (Number.isFinite(max)) {
      for (let more = min; more < max; more += 1) after = add({ kind: 'fork', ways: [build(body, after), next] });
    } else {
      const ways = [next];
      after = add({ kind: 'fork', ways });
      ways.unshift(build(body, after));
    }
    for (let needed = 0; needed < min; needed += 1) after = build(body, after);
    return after;
  };
  return { start: build(pattern, 0), steps };
}
