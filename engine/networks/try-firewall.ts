import type { Kernel } from '../kernel/index.ts';
import { firewallTable } from './firewall-table.ts';

/** Rejects when the kernel would not take our table; changes nothing. */
export function tryFirewall(kernel: Pick<Kernel, 'tryTable'>, instance: string): Promise<void> {
  return kernel.tryTable(firewallTable(instance, { networks: [], ports: [] }));
}
