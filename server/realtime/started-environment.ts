import { setTimeout } from 'node:timers/promises';
import type { Environment } from '../environments/index.ts';
import type { Services } from '../trpc/context.ts';

const STARTING_MS = 15_000;
const LOOK_MS = 100;

/**
 * The environment, once its engine has joined the containers that ran on without it: sockets come back sooner than that, and
 * would be told that what they were watching is gone. An engine that does not get ready answers by its own errors.
 */
export async function startedEnvironment({ environments }: Services, id: string): Promise<Environment> {
  const environment = environments.get(id);
  const until = Date.now() + STARTING_MS;
  while (!environment.isReady().ready && Date.now() < until) await setTimeout(LOOK_MS);
  return environment;
}
