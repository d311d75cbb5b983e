import type { NetworkDeps } from './deps.ts';
import type { BoundPort } from './network-service.ts';

/**
 * A client that sends without a pause keeps its flow alive, and with it where its datagrams went before: to the address of
 * the last container, or to the host while no container was there. Rules are only asked for new flows.
 */
export async function forgetUdpFlows(
  deps: Pick<NetworkDeps, 'kernel' | 'log'>,
  ports: readonly BoundPort[],
  answeredBy: readonly string[],
): Promise<void> {
  const udp = ports.filter(({ protocol }) => protocol === 'udp').map(({ hostPort }) => hostPort);
  if (udp.length === 0 || answeredBy.length === 0) return;
  try {
    await deps.kernel.forgetUdpFlows({ ports: udp, answeredBy });
  } catch (error) {
    // A kernel without this part of netfilter: such flows end by themselves after half a minute of silence.
    deps.log.warn({ err: error, ports: udp }, 'flows to published UDP ports could not be forgotten');
  }
}
