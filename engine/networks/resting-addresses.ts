import type { Clock } from '../lib/index.ts';

const REST_MS = 3000;

/**
 * Addresses given back a moment ago. The kernel takes a namespace down in the background: until then its link still
 * answers, and a new owner of the address would share it.
 */
export class RestingAddresses {
  readonly #clock: Clock;
  readonly #since = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(networkId: string, address: string): void {
    this.#since.set(`${networkId} ${address}`, this.#clock().getTime());
  }

  of(networkId: string): Set<string> {
    const now = this.#clock().getTime();
    const resting = new Set<string>();
    for (const [key, since] of this.#since) {
      const [network, address = ''] = key.split(' ');
      // A clock that was set back must not let one rest for longer.
      if (now < since || now - since >= REST_MS) this.#since.delete(key);
      else if (network === networkId) resting.add(address);
    }
    return resting;
  }
}
