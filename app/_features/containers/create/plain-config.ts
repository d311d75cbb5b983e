import { createContainerInput } from '#server/trpc/containers/containers.schema.ts';
import type { ContainerDetail } from '../../../_lib/trpc.ts';

type Config = ContainerDetail['config'];

/** What the server makes of a request for an image alone, with some fields set otherwise; tests start from it. */
export function plainConfig(change: Partial<Config> = {}): Config {
  return { ...createContainerInput.parse({ config: { image: 'busybox' } }).config, ...change };
}
