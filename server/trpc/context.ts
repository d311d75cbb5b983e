import type { Logger } from '#engine/lib/index.ts';
import type { Actor, Ownership, SessionActor } from '#server/access/index.ts';
import type { Audit } from '#server/audit/index.ts';
import type { Auth, Client, SessionEndReason } from '#server/auth/index.ts';
import type { Operations } from '#server/operations/index.ts';
import type { Environments } from '../environments/index.ts';
import type { HostTerminals, Terminals } from '../terminals/index.ts';
import type { RemoteSource } from '../uploads/remote-source.ts';

/** What all requests share. */
export interface Services {
  /** Of this server. */
  version: string;
  environments: Environments;
  ownership: Ownership;
  audit: Audit;
  auth: Auth;
  operations: Operations;
  terminals: Terminals;
  hostTerminals: HostTerminals;
  /** Where docker clients find this server; undefined where nothing is served to them. */
  dockerClients?: DockerClients | undefined;
  /** Opens an address on the network for a user, and no other. */
  openRemote(url: string, actor: Actor, signal?: AbortSignal): Promise<RemoteSource>;
  log: Logger;
}

interface DockerClients {
  /** Path of the unix socket. */
  socket: string | undefined;
  /** Where TLS is spoken. */
  tcp: { host: string; port: number } | undefined;
  /** What clients must trust, in PEM; undefined when the certificate is that of an authority they know. */
  authority(): Promise<string | undefined>;
}

/** One request. */
export interface RequestContext {
  services: Services;
  requestId: string;
  actor: SessionActor | undefined;
  /** Why the session that the request names is over; undefined where that is not known, and for one that goes on. */
  whyEnded?: SessionEndReason | undefined;
  client: Client;
  /** A part of long work: its request was answered, and who asked for it may have lost the right since. */
  isLate?: true;
  /** The operation whose part it is. */
  operationId?: string | undefined;
  /** Puts the session's cookie on the answer, or takes it away. */
  setSession(session: { token: string; expiresAt: Date } | undefined): void;
}
