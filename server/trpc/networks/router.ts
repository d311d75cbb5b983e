import { router } from '../init.ts';
import { procedure } from '../procedure.ts';
import { listNetworksInput } from './networks.schema.ts';

const list = procedure({ permission: 'network:view', audit: null })
  .input(listNetworksInput)
  .query(({ ctx }) => ctx.environment().networks.list());

export const networksRouter = router({ list });
