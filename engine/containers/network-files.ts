import type { Sandbox } from '../networks/network-service.ts';
import type { RuntimeMount } from '../runtime/runtime.ts';
import { writeNetworkFiles } from './container-files.ts';
import type { ContainerRecord } from './container-service.ts';
import type { Context } from './context.ts';

/** Writes what a container reads about its networks, also while it runs. */
export async function rewriteNetworkFiles(
  ctx: Context,
  record: ContainerRecord,
  sandbox: Sandbox,
): Promise<RuntimeMount[]> {
  return await writeNetworkFiles(ctx.paths, record, sandbox, await hostGateway(ctx, record));
}

/** What `host-gateway` stands for: the host as the default bridge sees it, whichever networks the container is on. */
async function hostGateway(ctx: Context, { config }: ContainerRecord): Promise<string | undefined> {
  if (!config.extraHosts.some((pair) => pair.endsWith('host-gateway'))) return undefined;
  const [network] = await ctx.networks.list({ name: ['bridge'], type: 'builtin' });
  return network?.subnets[0]?.gateway;
}
