import { fromWallClock, toWallClock } from './time-zone.ts';

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const AGO = /^(?:\d+(?:\.\d+)?\s*[smhdw](?:in|ins|ec|ecs)?\s*)+(?:ago)?$/i;
const PART = /(\d+(?:\.\d+)?)\s*([smhdw])/gi;
const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/;
const DAY = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?$/;

/**
 * A time as people type it: `15m`, `2h 30m ago`, `now`, `10:59`, `2026-11-21 10:59:38` in the zone that is shown, or with one of its own
 * (`2026-11-21T10:59:38Z`). An empty text has none.
 * @returns undefined for what is no time
 */
export function parseTimeText(text: string, now: Date = new Date()): Date | undefined {
  const words = text.trim();
  if (/^now$/i.test(words)) return now;
  if (AGO.test(words)) {
    let ms = 0;
    for (const [, count = '0', unit = 's'] of words.matchAll(PART))
      ms += Number(count) * UNIT_MS[unit.toLowerCase() as keyof typeof UNIT_MS];
    return valid(new Date(now.getTime() - ms));
  }
  const clock = CLOCK.exec(words);
  if (clock !== null) {
    const [, hour, minute, second = '0'] = clock;
    if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
    const today = { ...toWallClock(now), hour: Number(hour), minute: Number(minute), second: Number(second) };
    const at = fromWallClock(today);
    // A clock that is still to come was meant of yesterday: logs and charts have no future.
    return at > now ? fromWallClock({ ...today, day: today.day - 1 }) : at;
  }
  const day = DAY.exec(words);
  if (day !== null) {
    const [year = 0, month = 1, date = 1, hour = 0, minute = 0, second = 0] = day
      .slice(1)
      .map((part) => Number(part ?? 0));
    const noon = new Date(Date.UTC(year, month - 1, date, 12));
    // 31 February is no day, though the browser would make one of it.
    const isReal = noon.getUTCMonth() === month - 1 && noon.getUTCDate() === date;
    if (!isReal || hour > 23 || minute > 59 || second > 59) return undefined;
    return fromWallClock({ year, month, day: date, hour, minute, second });
  }
  return /^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})$/i.test(words) ? valid(new Date(words)) : undefined;
}

/** As it is typed and read back: `2026-11-21 10:59:38`, in the zone that is shown. */
export function toTimeText(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const { year, month, day, hour, minute, second } = toWallClock(at);
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`;
}

function valid(at: Date): Date | undefined {
  return Number.isNaN(at.getTime()) ? undefined : at;
}
