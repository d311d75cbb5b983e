import { constants } from 'node:os';
import { EngineError } from '../errors/index.ts';

export const SIGKILL = constants.signals.SIGKILL;

/** Real-time signals as the C library of the host numbers them. */
const RTMIN = 34;
const RTMAX = 64;

/**
 * A signal as people and images name it: `9`, `KILL`, `SIGKILL`, `RTMIN+3`.
 * @throws EngineError `invalid_argument` "invalid signal: NOPE"
 */
export function parseSignal(text: string): number {
  const signal = tryParseSignal(text);
  if (signal === undefined) {
    throw new EngineError('invalid_argument', `invalid signal: ${text}`, { reason: 'signal_invalid', field: 'signal' });
  }
  return signal;
}

function tryParseSignal(text: string): number | undefined {
  if (/^\d{1,2}$/.test(text)) {
    const number = Number(text);
    return number >= 1 && number <= RTMAX ? number : undefined;
  }
  const name = text.toUpperCase().replace(/^SIG/, '');
  const known = Object.entries(constants.signals).find(([key]) => key === `SIG${name}`);
  if (known !== undefined) return known[1];
  const realTime = /^RT(MIN|MAX)(?:([+-])(\d{1,2}))?$/.exec(name);
  if (realTime === null) return undefined;
  const base = realTime[1] === 'MIN' ? RTMIN : RTMAX;
  const number = base + Number(realTime[3] ?? 0) * (realTime[2] === '-' ? -1 : 1);
  return number >= RTMIN && number <= RTMAX ? number : undefined;
}
