import type { Logger } from '#engine/lib/index.ts';
import type { Environments } from '../environments/index.ts';
import type { RemoteSource } from '../uploads/remote-source.ts';
import type { AccessPort, Actor, AuditPort, AuthPort, ClientInfo, OperationsPort } from './ports.ts';

/** What all requests share. */
export interface Services {
  environments: Environments;
  access: AccessPort;
  audit: AuditPort;
  auth: AuthPort;
  operations: OperationsPort;
  /** Opens an address on the network for a user, and no other. */
  openRemote(url: string, actor: Actor, signal?: AbortSignal): Promise<RemoteSource>;
  log: Logger;
}

/** One request. */
export interface RequestContext {
  services: Services;
  requestId: string;
  actor: Actor | undefined;
  client: ClientInfo;
  /** Puts the session's cookie on the answer, or takes it away. */
  setSession(session: { token: string; maxAgeSeconds: number } | undefined): void;
}
