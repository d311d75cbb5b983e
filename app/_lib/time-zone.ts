/** What a clock on the wall shows; months count from 1. */
interface WallClock {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

/** The zone in which every moment is shown and typed; undefined is that of the browser. */
let shown: string | undefined;

export function shownZone(): string | undefined {
  return shown;
}

/** Only the preference of the account page sets it. */
export function setShownZone(zone: string | undefined): void {
  shown = zone;
}

/** Its name, for people. */
export function zoneName(): string {
  return shown ?? new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    // A name that this browser does not know: another version may have written it.
    return false;
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const two = '2-digit';
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    year: 'numeric',
    month: two,
    day: two,
    hour: two,
    minute: two,
    second: two,
    hourCycle: 'h23',
  });
  formats.set(zone, made);
  return made;
}

/** What the clock of the shown zone says at this moment. */
export function toWallClock(at: Date, zone = shown): WallClock {
  if (zone === undefined) {
    return {
      year: at.getFullYear(),
      month: at.getMonth() + 1,
      day: at.getDate(),
      hour: at.getHours(),
      minute: at.getMinutes(),
      second: at.getSeconds(),
    };
  }
  const parts = formatOf(zone).formatToParts(at);
  const read = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return {
    year: read('year'),
    month: read('month'),
    day: read('day'),
    hour: read('hour'),
    minute: read('minute'),
    second: read('second'),
  };
}

/**
 * The moment at which the clock of the shown zone says this; where it is put forward the hour that is left out counts on.
 * Days beyond the month count on into the next one.
 */
export function fromWallClock({ year, month, day, hour, minute, second }: WallClock, zone = shown): Date {
  if (zone === undefined) return new Date(year, month - 1, day, hour, minute, second);
  const wanted = Date.UTC(year, month - 1, day, hour, minute, second);
  let at = wanted;
  // The offset is that of the moment looked for: it is known once it is nearly found.
  for (let round = 0; round < 2; round += 1) {
    const clock = toWallClock(new Date(at), zone);
    const says = Date.UTC(clock.year, clock.month - 1, clock.day, clock.hour, clock.minute, clock.second);
    at += wanted - says;
  }
  return new Date(at);
}
