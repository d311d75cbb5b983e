/** The newest version we speak, that of Docker 28.5. */
export const API_VERSION = '1.51';
/** The oldest one a client may ask for. */
export const MIN_API_VERSION = '1.24';

/** A version of the API, as the number after the dot: 1.51 is 51. */
export type ApiLevel = number;

export const NEWEST: ApiLevel = levelOf(API_VERSION);
const OLDEST: ApiLevel = levelOf(MIN_API_VERSION);

/** What a path says of the version it means; `rest` is the path without it. */
type VersionedPath =
  | { kind: 'ok'; level: ApiLevel; rest: string }
  | { kind: 'too-new'; asked: string }
  | { kind: 'too-old'; asked: string };

const PREFIX = /^\/v(\d+(?:\.\d+)+)(\/.*)$/;

/** Without a prefix the newest version is meant; one that is no number is no version but a part of the path. */
export function parseVersionedPath(path: string): VersionedPath {
  const [, asked, rest] = PREFIX.exec(path) ?? [];
  if (asked === undefined || rest === undefined) return { kind: 'ok', level: NEWEST, rest: path };
  const [major = 0, minor = 0, ...more] = asked.split('.').map(Number);
  if (major > 1 || (major === 1 && (minor > NEWEST || (minor === NEWEST && more.some((part) => part > 0))))) {
    return { kind: 'too-new', asked };
  }
  if (major < 1 || minor < OLDEST) return { kind: 'too-old', asked };
  return { kind: 'ok', level: minor, rest };
}

/** `1.44` as a level. */
export function levelOf(version: string): ApiLevel {
  return Number(version.split('.')[1]);
}
