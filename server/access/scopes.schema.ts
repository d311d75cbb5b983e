import { z } from 'zod';

/** What an access token may be good for. It cuts the rights of its user and never adds to them. */
export const SCOPES = [
  'containers:read',
  'containers:write',
  'containers:exec',
  'images:read',
  'images:write',
  'volumes:read',
  'volumes:write',
  'networks:read',
  'networks:write',
  'host:read',
  'admin',
] as const;

export type Scope = (typeof SCOPES)[number];

export const scopesInput = z
  .array(z.enum(SCOPES))
  .min(1)
  .max(SCOPES.length)
  .transform((scopes) => SCOPES.filter((scope) => scopes.includes(scope)));
