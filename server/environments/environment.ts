import type { Engine } from '#engine/index.ts';
import type { Metrics } from '../metrics/index.ts';

/** What a host can do; a page leaves out what is false. */
interface Capabilities {
  /** Terminals, logs and stats as live streams. */
  streams: boolean;
  /** Images can be sent as archives. */
  imageUploads: boolean;
}

/**
 * A host whose containers we manage: the verbs of the engine, its events, and what it cannot do. `local` is the engine
 * in this process; others come in beside it under the same gates.
 */
export interface Environment
  extends Pick<
    Engine,
    | 'containers'
    | 'images'
    | 'networks'
    | 'volumes'
    | 'events'
    | 'isReady'
    | 'hostInfo'
    | 'hostUsage'
    | 'diskParts'
    | 'diskUsage'
    | 'checks'
    | 'doctor'
  > {
  readonly id: string;
  readonly capabilities: Capabilities;
  /** What its containers and the host itself use, now and in the past. */
  readonly metrics: Metrics;
}

/** All environments of this server. */
export interface Environments {
  /** @throws EngineError `not_found` for an unknown id, `unavailable` when its engine could not be made. */
  get(id: string): Environment;
  list(): Environment[];
}
