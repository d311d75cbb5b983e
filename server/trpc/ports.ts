import type { ContainerConfig } from '#engine/containers/index.ts';
import type { ProgressOptions } from '#engine/lib/index.ts';

/** What tRPC, sockets and uploads need of sign-in, access, audit and operations; start.ts hands in the real ones. */

/** A signed-in user in one session. */
export interface Actor {
  userId: string;
  name: string;
  role: string;
  sessionId: string;
}

export interface Resource {
  environmentId: string;
  type: string;
  id?: string | undefined;
  /** Who made it, where that is known. */
  ownerId?: string | undefined;
}

export interface AccessPort {
  /** Gate one. Nobody is undefined and may nothing. */
  can(actor: Actor | undefined, permission: string, resource: Resource): boolean;
  /** Gate two: what may be created. @throws EngineError `denied` */
  admit(actor: Actor, config: ContainerConfig): void;
  /** Gate three: takes out of an answer what this actor may not read. */
  redact<T extends { config: ContainerConfig; process: { env: string[] } }>(
    actor: Actor,
    detail: T,
    owner: Resource,
  ): T;
  /** All permissions of a role, for the page to leave out what cannot be used. */
  permissionsOf(actor: Actor): string[];
}

export interface AuditEntry {
  requestId: string;
  environmentId: string;
  actor: Actor | undefined;
  /** Name as given at sign-in, when there is no actor yet. */
  actorName?: string | undefined;
  address: string | undefined;
  action: string;
  objectType?: string | undefined;
  objectId?: string | undefined;
  result: 'allowed' | 'denied' | 'failed';
  details?: Record<string, unknown>;
}

export interface AuditPort {
  /** Rejects when the row cannot be written: the caller then does nothing. */
  record(entry: AuditEntry): Promise<void>;
}

export interface ClientInfo {
  address: string;
  userAgent: string;
}

export interface SessionInfo {
  id: string;
  createdAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
  address: string;
  userAgent: string;
  current: boolean;
}

export interface SignedIn {
  actor: Actor;
  token: string;
  maxAgeSeconds: number;
}

export interface AuthPort {
  authenticate(token: string): Promise<Actor | undefined>;
  /** True until there is an owner. */
  needsSetup(): Promise<boolean>;
  setup(input: { code: string; name: string; password: string }, client: ClientInfo): Promise<SignedIn>;
  signIn(input: { name: string; password: string }, client: ClientInfo): Promise<SignedIn>;
  signOut(actor: Actor): Promise<void>;
  changePassword(actor: Actor, input: { currentPassword: string; newPassword: string }): Promise<void>;
  listSessions(actor: Actor): Promise<SessionInfo[]>;
  endSession(actor: Actor, sessionId: string): Promise<void>;
  /** Told for every session that ends, however it does. */
  onSessionEnded(listener: (sessionId: string) => void): Disposable;
}

export interface OperationView {
  id: string;
  environmentId: string;
  kind: string;
  state: string;
  actorId: string | undefined;
  actorName: string;
  objectType: string | undefined;
  objectId: string | undefined;
  objectName: string | undefined;
  progress: { doneBytes: number; totalBytes?: number | undefined; step?: string | undefined } | undefined;
  result: unknown;
  error: unknown;
  log: string[];
  startedAt: Date;
  finishedAt: Date | undefined;
}

export interface OperationRequest {
  environmentId: string;
  kind: string;
  actor: Actor;
  objectType?: string | undefined;
  objectName?: string | undefined;
}

export interface OperationsPort {
  /** Returns as soon as the record is saved; the work goes on without its caller. */
  start(request: OperationRequest, work: (opts: ProgressOptions) => Promise<unknown>): Promise<OperationView>;
  list(environmentId: string, limit: number): Promise<OperationView[]>;
  get(id: string): Promise<OperationView>;
  cancel(id: string): Promise<boolean>;
  /** Told at start, at progress (bounded in rate) and at the end. */
  subscribe(listener: (operation: OperationView) => void): Disposable;
}
