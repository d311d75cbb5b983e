/** How fine points are kept, and for how long. */
interface Tier {
  readonly stepMs: number;
  /** So much time is kept as one piece. */
  readonly blockMs: number;
  readonly keepMs: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Finest first; the blocks of each are made of those of the one before, once all of them are there. */
export const TIERS = [
  { stepMs: 10 * SECOND, blockMs: MINUTE, keepMs: 6 * HOUR },
  { stepMs: MINUTE, blockMs: HOUR, keepMs: 7 * DAY },
  { stepMs: HOUR, blockMs: DAY, keepMs: 366 * DAY },
] as const satisfies readonly Tier[];

export const FINEST_STEP_MS = TIERS[0].stepMs;
export const FINEST_BLOCK_MS = TIERS[0].blockMs;

/** A removed container is remembered as long as its minutes are. */
export const KEEP_REMOVED_MS = TIERS[1].keepMs;

export function floorTo(stepMs: number, time: number): number {
  return Math.floor(time / stepMs) * stepMs;
}

/** Lengths of a step that people read without a calculator. */
const STEPS_MS = [10, 20, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400].map(
  (seconds) => seconds * SECOND,
);

/** The shortest such step with which the range has at most so many points. */
export function chooseStep(rangeMs: number, points: number): number {
  return STEPS_MS.find((stepMs) => rangeMs / stepMs <= points) ?? DAY;
}

interface Part {
  tier: number;
  from: number;
  to: number;
}

/**
 * Where the points of a range are read: from the coarsest tier that is fine enough; what it does not have yet from finer ones,
 * what it no longer has from coarser ones. Parts follow one another in time.
 *
 * @param rolledUntil per tier: before this time its blocks are made (the finest is always complete)
 */
export function planRead(
  range: { from: number; to: number },
  stepMs: number,
  rolledUntil: readonly number[],
  now: number,
): Part[] {
  let wanted = 0;
  for (const [index, tier] of TIERS.entries()) if (tier.stepMs <= stepMs) wanted = index;
  const parts: Part[] = [];
  let to = range.to;
  // Backwards in time from the newest: first what only finer tiers have.
  for (let tier = 0; tier < wanted; tier++) {
    const from = Math.max(range.from, rolledUntil[tier + 1] ?? 0);
    if (from < to) parts.unshift({ tier, from, to });
    to = Math.min(to, from);
  }
  for (let tier = wanted; tier < TIERS.length && to > range.from; tier++) {
    const last = tier === TIERS.length - 1;
    const oldest = last ? range.from : now - (TIERS[tier]?.keepMs ?? 0);
    // A coarser tier that is not made up to here yet leaves this to the finer one.
    const from = Math.min(to, Math.max(range.from, last ? oldest : Math.min(oldest, rolledUntil[tier + 1] ?? 0)));
    if (from < to) parts.unshift({ tier, from, to });
    to = from;
  }
  return parts;
}
