/** The names of one network and where they are answered. */
export interface NameZone {
  /** Id of the network. */
  id: string;
  /** Addresses of the host that its containers ask. */
  listen: readonly string[];
  /** Names of the outside are not asked for. */
  internal: boolean;
  members: readonly NameZoneMember[];
}

export interface NameZoneMember {
  containerId: string;
  ipv4: string;
  ipv6: string | undefined;
  names: readonly string[];
  /** Servers asked for other names; none: the host's. */
  servers: readonly string[];
}

/**
 * Answers the names of containers on user-defined networks; whoever is a member of several hears all of theirs. Goes on
 * while the server is down. The caller makes sure that only one method runs at a time.
 */
export interface NameServer {
  /** False on a host that lacks the program: containers then ask the host's servers. */
  isAvailable(): Promise<boolean>;
  /**
   * From now on these are the answers: starts what does not run, ends what is not needed. In words what had to be mended.
   * @throws EngineError `unavailable`
   */
  sync(zones: readonly NameZone[]): Promise<string[]>;
  /** Starts one anew that runs and does not answer. @throws EngineError `unavailable` */
  heal(zones: readonly NameZone[]): Promise<string[]>;
  /** Differences between the zones and what is answered, in words; changes nothing. */
  problems(zones: readonly NameZone[]): Promise<string[]>;
}
