import { containersRouter } from './containers/router.ts';
import { eventsRouter } from './events/router.ts';
import { hostRouter } from './host/router.ts';
import { imagesRouter } from './images/router.ts';
import { router } from './init.ts';
import { metricsRouter } from './metrics/router.ts';
import { networksRouter } from './networks/router.ts';
import { operationsRouter } from './operations/router.ts';
import { sessionRouter } from './session/router.ts';
import { terminalsRouter } from './terminals/router.ts';
import { tokensRouter } from './tokens/router.ts';
import { usersRouter } from './users/router.ts';
import { volumesRouter } from './volumes/router.ts';

export const appRouter = router({
  session: sessionRouter,
  containers: containersRouter,
  images: imagesRouter,
  operations: operationsRouter,
  host: hostRouter,
  events: eventsRouter,
  metrics: metricsRouter,
  terminals: terminalsRouter,
  networks: networksRouter,
  volumes: volumesRouter,
  tokens: tokensRouter,
  users: usersRouter,
});

/** What the dashboard types against. */
export type AppRouter = typeof appRouter;
