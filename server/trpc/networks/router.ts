import { isEngineError } from '#engine/errors/index.ts';
import { admitEndpoint, can } from '#server/access/index.ts';
import { toWireError } from '#server/errors/index.ts';
import { router } from '../init.ts';
import { environmentInput } from '../input.schema.ts';
import { callerOf, procedure, requireActor } from '../procedure.ts';
import {
  connectNetworkInput,
  createNetworkInput,
  disconnectNetworkInput,
  freePortsInput,
  listNetworksInput,
  networkInput,
  pruneNetworksInput,
} from './networks.schema.ts';

/** The caller as the engine writes it into events. */
function callOptions(ctx: Parameters<typeof requireActor>[0], signal: AbortSignal | undefined) {
  return { actor: callerOf(requireActor(ctx)), signal };
}

const list = procedure({ permission: 'network:view', audit: null })
  .input(listNetworksInput)
  .query(({ ctx, input: { environmentId: _environmentId, ...filter } }) => ctx.environment().networks.list(filter));

const get = procedure({ permission: 'network:view', audit: null })
  .input(networkInput)
  .query(({ ctx, input }) => ctx.environment().networks.get(input.networkId));

const create = procedure({ permission: 'network:create', audit: 'network.create' })
  .input(createNetworkInput)
  .mutation(async ({ ctx, input: { environmentId: _environmentId, ...request }, signal }) => {
    const opts = callOptions(ctx, signal);
    const network = await ctx.environment().networks.create(request, opts);
    await ctx.services.ownership.claim('network', network.id, opts.actor.id);
    return network;
  });

/** What the form asks while somebody types: the subnets that would be chosen, or what stands in the way. */
const plan = procedure({ permission: 'network:create', audit: null })
  .input(createNetworkInput)
  .query(async ({ ctx, input: { environmentId: _environmentId, ...request } }) => {
    try {
      const { subnets } = await ctx.environment().networks.plan(request);
      return { subnets, problem: undefined };
    } catch (error) {
      if (!isEngineError(error)) throw error;
      const { reason, params, message } = toWireError(error, ctx.requestId);
      return { subnets: [], problem: { reason, params, message } };
    }
  });

const remove = procedure({ permission: 'network:remove', audit: 'network.remove' })
  .input(networkInput)
  .mutation(async ({ ctx, signal }) => {
    // The gate has looked up what was named; that, and nothing that took its name since, is removed.
    const id = ctx.target.id ?? '';
    await ctx.environment().networks.remove(id, callOptions(ctx, signal));
    await ctx.services.ownership.release('network', id);
  });

const prune = procedure({ permission: 'cleanup:run', audit: 'network.prune' })
  .input(pruneNetworksInput)
  .mutation(async ({ ctx, input: { label, notLabel, until }, signal }) => {
    const filter = { label, notLabel, ...(until === undefined ? {} : { until }) };
    const removed = await ctx.environment().networks.prune(filter, callOptions(ctx, signal));
    for (const { id } of removed) await ctx.services.ownership.release('network', id);
    return { removed: removed.map(({ name }) => name) };
  });

const connect = procedure({ permission: 'network:connect', audit: 'network.connect' })
  .input(connectNetworkInput)
  .mutation(({ ctx, input: { environmentId: _environmentId, containerId, networkId, ...endpoint }, signal }) => {
    admitEndpoint(endpoint, ctx.actor);
    const { containers } = ctx.environment();
    return containers.connectNetwork(containerId, { ...endpoint, network: networkId }, callOptions(ctx, signal));
  });

const disconnect = procedure({ permission: 'network:connect', audit: 'network.disconnect' })
  .input(disconnectNetworkInput)
  .mutation(({ ctx, input, signal }) =>
    ctx.environment().containers.disconnectNetwork(input.containerId, input.networkId, callOptions(ctx, signal)),
  );

/** Every published port; what else listens on the host is for who may see the host. */
const ports = procedure({ permission: 'network:view', audit: null })
  .input(environmentInput)
  .query(async ({ ctx }) => {
    const { published, others } = await ctx.environment().containers.listPorts();
    return { published, others: can(ctx.actor, 'host:view') ? others : undefined };
  });

/** Who has a port, and free ones beside it. */
const freePorts = procedure({ permission: 'network:view', audit: null })
  .input(freePortsInput)
  .query(({ ctx, input: { near, protocol } }) =>
    ctx.environment().containers.freePorts({ protocol, hostAddress: '0.0.0.0', hostPort: near }, FREE_PORTS),
  );

const FREE_PORTS = 4;

export const networksRouter = router({ list, ports, freePorts, get, create, plan, remove, prune, connect, disconnect });
