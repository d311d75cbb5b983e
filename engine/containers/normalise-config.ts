import type { HostFacts } from '../runtime/index.ts';
import { checkConfig } from './check-config.ts';
import type { ContainerConfig } from './container-service.ts';
import { normaliseLog } from './log-options.ts';

/**
 * The one form in which a request is kept and run: checked, with what Docker fills in. Doing it twice changes nothing.
 * Everything a client may spell in several ways is settled here.
 *
 * @throws EngineError `invalid_argument` with `details.field`, in Docker's words
 */
export function normaliseConfig(
  asked: ContainerConfig,
  host: HostFacts,
): { config: ContainerConfig; warnings: string[] } {
  const { memoryBytes, memorySwapBytes } = asked.resources;
  const config: ContainerConfig = {
    ...asked,
    log: normaliseLog(asked.log),
    ulimits: asked.ulimits.map((limit) => ({ ...limit, name: limit.name.toLowerCase() })),
    // As much swap as memory, unless said otherwise: update compares with it.
    resources:
      memoryBytes && !memorySwapBytes ? { ...asked.resources, memorySwapBytes: memoryBytes * 2 } : asked.resources,
  };
  const warnings = checkConfig(config, host);
  const discarded = config.network === 'host' && (config.ports.length > 0 || config.publishAll);
  return {
    config: { ...config, resources: withoutMissing(config.resources, host) },
    warnings: [...(discarded ? ['Published ports are discarded when using host network mode'] : []), ...warnings],
  };
}

/** What this kernel has nothing for has been warned of, and is not told later as if it were in force. */
function withoutMissing(resources: ContainerConfig['resources'], host: HostFacts): ContainerConfig['resources'] {
  if (host.blkioWeight) return resources;
  const { blkioWeight: _weight, blkioWeightDevices: _devices, ...others } = resources;
  return others;
}
