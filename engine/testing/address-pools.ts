import { createHash } from 'node:crypto';

/**
 * Subnets of its own for each instance under test: tests run side by side, and a pool they share has a race for its first
 * subnet. Several, because the host may route one of them already.
 */
export function addressPoolsOf(instance: string): string[] {
  const bytes = createHash('sha256').update(instance).digest();
  return Array.from(
    { length: 8 },
    (_, at) => `10.${220 + (bytes.readUInt8(at * 2) % 32)}.${bytes.readUInt8(at * 2 + 1)}.0/24`,
  );
}
