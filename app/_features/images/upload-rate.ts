const WINDOW_MS = 5_000;
const LEAST_MS = 800;

interface Sample {
  at: number;
  doneBytes: number;
}

/** What uploads did during the last seconds; the rate of now rather than the mean of the whole time. */
export class UploadRates {
  readonly #byId = new Map<string, Sample[]>();

  note(id: string, doneBytes: number, at: number): void {
    const samples = this.#byId.get(id) ?? [];
    const last = samples.at(-1);
    // Fewer bytes than before: it began anew, and so does the measuring.
    if (last !== undefined && doneBytes < last.doneBytes) samples.length = 0;
    samples.push({ at, doneBytes });
    while (samples.length > 2 && at - (samples[0]?.at ?? at) > WINDOW_MS) samples.shift();
    this.#byId.set(id, samples);
  }

  /** Bytes a second; undefined until it has been watched for a moment. */
  rate(id: string): number | undefined {
    const samples = this.#byId.get(id) ?? [];
    const [first, last] = [samples[0], samples.at(-1)];
    if (first === undefined || last === undefined || last.at - first.at < LEAST_MS) return undefined;
    return ((last.doneBytes - first.doneBytes) * 1_000) / (last.at - first.at);
  }
}

export const uploadRates = new UploadRates();

/** Milliseconds until the end at this rate; undefined when the whole or the rate is not known. */
export function timeLeftMs(doneBytes: number, totalBytes: number | undefined, rate: number | undefined) {
  if (totalBytes === undefined || rate === undefined || rate <= 0 || doneBytes >= totalBytes) return undefined;
  return ((totalBytes - doneBytes) / rate) * 1_000;
}
