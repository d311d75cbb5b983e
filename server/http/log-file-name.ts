const MINUTE_MS = 60_000;
const UNITS = [
  { letter: 'd', ms: 1_440 * MINUTE_MS },
  { letter: 'h', ms: 60 * MINUTE_MS },
  { letter: 'm', ms: MINUTE_MS },
  { letter: 's', ms: 1_000 },
] as const;

interface Stretch {
  since?: Date | undefined;
  until?: Date | undefined;
}

/** Of a log that somebody takes along: `web.log`, of a stretch of time `web_2026-11-21T10-59_15m.log`. */
export function logFileName(container: string, { since, until }: Stretch, now: Date): string {
  const name = container.replace(/[^\w.-]/g, '_');
  if (since === undefined) return until === undefined ? `${name}.log` : `${name}_to_${minuteOf(until)}.log`;
  return `${name}_${minuteOf(since)}_${lengthOf((until ?? now).getTime() - since.getTime())}.log`;
}

function minuteOf(at: Date): string {
  return at.toISOString().slice(0, 16).replace(':', '-');
}

/** In the largest unit that it is whole in, as far as anybody cares. */
function lengthOf(ms: number): string {
  const whole = UNITS.find((unit) => ms >= unit.ms && ms % unit.ms < unit.ms / 60) ?? UNITS[3];
  return `${Math.max(0, Math.round(ms / whole.ms))}${whole.letter}`;
}
