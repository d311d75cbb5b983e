/** What a client said at the creation of an exec session that only its own later requests are about. */
export interface ExecWishes {
  stdin: boolean;
  stdout: boolean;
  stderr: boolean;
  detachKeys: string;
  user: string;
  privileged: boolean;
}

const MAX_KEPT = 10_000;

/** Sessions made before the last restart of the server show everything, as a terminal does. */
const UNKNOWN: ExecWishes = { stdin: true, stdout: true, stderr: true, detachKeys: '', user: '', privileged: false };

/** Bounded: the oldest are forgotten first. */
export class ExecWishBook {
  readonly #byId = new Map<string, ExecWishes>();

  set(id: string, wishes: ExecWishes): void {
    this.#byId.set(id, wishes);
    const [oldest] = this.#byId.keys();
    if (this.#byId.size > MAX_KEPT && oldest !== undefined) this.#byId.delete(oldest);
  }

  get(id: string): ExecWishes {
    return this.#byId.get(id) ?? UNKNOWN;
  }
}
