const EVERY_MS = 5_000;

/**
 * Says what changed of rows that somebody has an eye on, once in five seconds at most; of what changes meanwhile, the last.
 */
export class ChangeTeller implements Disposable {
  readonly #say: (texts: readonly string[]) => void;
  #before: ReadonlyMap<string, string> = new Map();
  readonly #waiting = new Map<string, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(say: (texts: readonly string[]) => void) {
    this.#say = say;
  }

  /** @param texts what each row says of itself, by its id */
  see(texts: ReadonlyMap<string, string>, isWatched: (id: string) => boolean): void {
    for (const [id, text] of texts) {
      const before = this.#before.get(id);
      if (before !== undefined && before !== text && isWatched(id)) this.#waiting.set(id, text);
    }
    this.#before = texts;
    if (this.#timer === undefined) this.#tell();
  }

  #tell(): void {
    this.#timer = undefined;
    if (this.#waiting.size === 0) return;
    this.#say([...this.#waiting.values()]);
    this.#waiting.clear();
    this.#timer = setTimeout(() => this.#tell(), EVERY_MS);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
