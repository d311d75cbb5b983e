import type { DockerRoute } from '../route.ts';
import { sendEvents } from './send-events.ts';

export const EVENT_ROUTES: readonly DockerRoute[] = [
  { method: 'GET', pattern: '/events', permission: 'event:view', audit: null, handle: sendEvents },
];
