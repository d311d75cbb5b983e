import type { Logger } from '#engine/lib/index.ts';

const RENEW_MS = 12 * 3_600_000;

/** A server that runs for a year must not end up with a certificate that has run out. */
export function renewEvery(renew: () => Promise<void>, log: Logger): Disposable {
  const timer = setInterval(() => {
    renew().catch((err: unknown) => log.error({ err }, 'the certificate could not be renewed'));
  }, RENEW_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
