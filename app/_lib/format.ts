import { shownZone, toWallClock } from './time-zone.ts';

const NBSP = '\u00a0';
const BINARY_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/**
 * Makes words of a figure; unknown is `–`. `asTick` is for an axis: so many digits that half of a round number is told as what it
 * is, and no zeros after it.
 */
export type FormatFigure = (value: number | undefined, asTick?: boolean) => string;

const TICK = new Intl.NumberFormat('en', { maximumSignificantDigits: 3, useGrouping: false });

/** Binary units with three significant digits, `410 MiB`; unknown stays `–`. */
export function formatBytes(bytes: number | undefined, asTick = false): string {
  if (bytes === undefined || !Number.isFinite(bytes)) return '–';
  let value = Math.abs(bytes);
  let unit = 0;
  // 1023.5 of a unit would be printed as 1024: it belongs to the next one.
  while (value >= 1023.5 && unit < BINARY_UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  if (asTick) return `${TICK.format(Math.sign(bytes) * value)}${NBSP}${BINARY_UNITS[unit]}`;
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  const text = value
    .toFixed(digits)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
  return `${bytes < 0 ? '-' : ''}${text}${NBSP}${BINARY_UNITS[unit]}`;
}

/** Bytes a second, `1.2 MiB/s`. */
export function formatRate(bytesPerSecond: number | undefined, asTick = false): string {
  const text = formatBytes(bytesPerSecond, asTick);
  return text === '–' ? text : `${text}/s`;
}

const DECIMAL_PREFIXES = ['', 'k', 'M', 'G', 'T', 'P'] as const;

/** Of a network, in decimal units as links are sold: `1.2 MB/s` or `9.6 Mbit/s`. */
export function formatNetworkRate(bytesPerSecond: number | undefined, unit: 'byte' | 'bit', asTick = false): string {
  if (bytesPerSecond === undefined || !Number.isFinite(bytesPerSecond)) return '–';
  return `${toDecimal(unit === 'bit' ? bytesPerSecond * 8 : bytesPerSecond, asTick)}${unit === 'bit' ? 'bit' : 'B'}/s`;
}

/** Of an image, in decimal units as the docker CLI prints them: `4.26 MB`. */
export function formatDecimalBytes(bytes: number | undefined): string {
  return bytes === undefined || !Number.isFinite(bytes) ? '–' : `${toDecimal(bytes, false)}B`;
}

/** With its prefix; what stands behind it follows. */
function toDecimal(amount: number, asTick: boolean): string {
  let value = amount;
  let prefix = 0;
  // 999.5 of a unit would be printed as 1000: it belongs to the next one.
  while (value >= 999.5 && prefix < DECIMAL_PREFIXES.length - 1) {
    value /= 1000;
    prefix += 1;
  }
  const whole = prefix === 0 && !asTick;
  return `${TICK.format(whole ? Math.round(value) : value)}${NBSP}${DECIMAL_PREFIXES[prefix]}`;
}

/** A number of things, which a mean may have made a fraction. */
export function formatCount(count: number | undefined, asTick = false): string {
  if (count === undefined || !Number.isFinite(count)) return '–';
  return asTick ? TICK.format(count) : String(Math.round(count * 10) / 10);
}

/** Of the host, as `uptime` tells it. */
export function formatLoad(load: number | undefined, asTick = false): string {
  if (load === undefined || !Number.isFinite(load)) return '–';
  return asTick ? TICK.format(load) : load.toFixed(2);
}

/** Percent of one core. */
export function formatPercent(percent: number | undefined, asTick = false): string {
  if (percent === undefined || !Number.isFinite(percent)) return '–';
  if (asTick) return `${TICK.format(percent)}${NBSP}%`;
  return `${percent >= 100 ? Math.round(percent) : percent.toFixed(1)}${NBSP}%`;
}

const STEPS = [
  { seconds: 86_400, en: 'd', zh: '天' },
  { seconds: 3_600, en: 'h', zh: '小时' },
  { seconds: 60, en: 'min', zh: '分钟' },
  { seconds: 1, en: 's', zh: '秒' },
] as const;

/** The two largest units: `2 d 4 h`, `2 天 4 小时`. */
export function formatDuration(ms: number, locale: string): string {
  const total = Math.max(0, Math.floor(ms / 1_000));
  const first = STEPS.findIndex((step) => total >= step.seconds);
  const parts: string[] = [];
  let rest = total;
  for (const step of STEPS.slice(Math.max(first, 0), Math.max(first, 0) + 2)) {
    const count = Math.floor(rest / step.seconds);
    rest -= count * step.seconds;
    if (count > 0) parts.push(`${count}${NBSP}${locale.startsWith('zh') ? step.zh : step.en}`);
  }
  return parts.length === 0 ? `0${NBSP}${locale.startsWith('zh') ? '秒' : 's'}` : parts.join(' ');
}

/** Making one takes longer than thousand uses of it. */
const TIME_FORMATS = new Map<string, Intl.DateTimeFormat>();

/** `21 Nov 2026, 10:59:38` or `2026年11月21日 10:59:38`, in the shown zone unless another is named. */
export function formatTime(at: Date, locale: string, timeZone = shownZone()): string {
  const chinese = locale.startsWith('zh');
  const key = `${chinese} ${timeZone}`;
  const known = TIME_FORMATS.get(key);
  if (known !== undefined) return known.format(at);
  const made = new Intl.DateTimeFormat(chinese ? 'zh-CN' : 'en-GB', {
    day: 'numeric',
    month: chinese ? 'long' : 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    ...(timeZone === undefined ? {} : { timeZone }),
  });
  TIME_FORMATS.set(key, made);
  return made.format(at);
}

/** That of the browser, asked once: lists write many times. */
let ownZone: string | undefined;

/** The same with the name of its zone, for what is behind the pointer. */
export function formatExact(at: Date, locale: string, timeZone = shownZone()): string {
  ownZone ??= new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zone = timeZone ?? ownZone;
  return `${formatTime(at, locale, zone)} ${zone}`;
}

/** For an axis of this length: `10:59` within a day, `21 Nov` or `11月21日` beyond one. */
export function formatTick(at: Date, lengthMs: number, locale: string): string {
  const chinese = locale.startsWith('zh');
  const timeZone = shownZone();
  return new Intl.DateTimeFormat(chinese ? 'zh-CN' : 'en-GB', {
    ...(lengthMs > 2 * 86_400_000 ? {} : { hour: '2-digit', minute: '2-digit' }),
    // Three of them would be told alike by their minutes.
    ...(lengthMs > 120_000 ? {} : { second: '2-digit' }),
    ...(lengthMs > 86_400_000 ? { day: 'numeric', month: chinese ? 'long' : 'short' } : {}),
    hourCycle: 'h23',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(at);
}

/** `10:59:38.114`; the fraction is left out on phones. */
export function formatClock(at: Date, withMilliseconds = false): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const { hour, minute, second } = toWallClock(at);
  const clock = `${two(hour)}:${two(minute)}:${two(second)}`;
  return withMilliseconds ? `${clock}.${String(at.getMilliseconds()).padStart(3, '0')}` : clock;
}

/** Twelve hex digits, as the CLI prints ids. */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}
