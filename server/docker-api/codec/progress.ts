/** One line of a JSON progress stream, as the CLI's jsonmessage reads it. */
export interface ProgressLine {
  status?: string;
  stream?: string;
  id?: string;
  progressDetail?: { current?: number; total?: number };
  progress?: string;
  aux?: object;
  errorDetail?: { message: string; code?: number };
  error?: string;
}

const BAR = 50;
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** A step of something whose end may be known. The text is for clients that do not draw the bar themselves. */
export function progressLine(id: string, status: string, current: number, total: number | undefined): ProgressLine {
  const progressDetail = { ...(current > 0 && { current }), ...(total !== undefined && { total }) };
  return { status, progressDetail, progress: progressText(current, total), id };
}

/** An error that comes after the answer has begun: its status can no longer say it. */
export function errorLine(message: string, code?: number): ProgressLine {
  return { errorDetail: { ...(code !== undefined && { code }), message }, error: message };
}

function progressText(current: number, total: number | undefined): string {
  if (total === undefined || total <= 0) return current <= 0 ? '' : humanSize(current).padStart(8);
  const done = Math.min(BAR, Math.floor(Math.floor((current / total) * 100) / 2));
  const numbers = humanSize(current).padStart(8) + (current > total ? '' : `/${humanSize(total)}`);
  return `[${'='.repeat(done)}>${' '.repeat(BAR - done)}] ${numbers}`;
}

/** Four significant digits in powers of a thousand, as go-units prints them. */
function humanSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${Number(value.toPrecision(4))}${UNITS[unit]}`;
}
