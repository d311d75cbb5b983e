import { posix } from 'node:path';
import type { MountSpec } from '#engine/containers/index.ts';
import { badRequest } from '../docker-error.ts';
import type { JsonObject } from './json-object.ts';

const VOLUME_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
const PROPAGATIONS = new Set(['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave']);

/** Mounts of a create request in all their spellings; of two for one place, the one `--mount` gave is refused by the engine. */
export function readMounts(config: JsonObject, hostConfig: JsonObject): MountSpec[] {
  const mounts = [
    ...(hostConfig.texts('Binds') ?? []).map(parseBind),
    ...hostConfig.objects('Mounts').map((mount): MountSpec => ({ ...parseMount(mount), long: true })),
    ...Object.entries(hostConfig.textMap('Tmpfs')).map(([target, options]) => parseTmpfs(target, options)),
  ];
  const taken = new Set(mounts.map(({ target }) => target));
  for (const [target] of config.entries('Volumes')) {
    if (!taken.has(target)) mounts.push({ type: 'volume', target, readOnly: false });
  }
  return mounts;
}

/** `[source:]target[:modes]`, as `-v` takes it. */
export function parseBind(text: string): MountSpec {
  const parts = text.split(':');
  const invalid = () => badRequest(`invalid volume specification: '${text}'`, 'mount_invalid');
  if (parts.length > 3 || parts.some((part) => part === '')) throw invalid();
  const [first = '', second, third] = parts;
  if (second === undefined) {
    if (first.startsWith('/')) return { type: 'volume', target: first, readOnly: false };
    const words = `invalid mount config for type "volume": invalid mount path: '${first}' mount path must be absolute`;
    throw badRequest(`invalid volume specification: '${text}': ${words}`, 'mount_invalid');
  }
  const modes = readModes(third ?? '');
  const type = first.startsWith('/') ? 'bind' : 'volume';
  const wrong = (why: string) =>
    badRequest(
      `invalid volume specification: '${text}': invalid mount config for type "${type}": ${why}`,
      'mount_invalid',
    );
  if (!second.startsWith('/')) throw wrong(`invalid mount path: '${second}' mount path must be absolute`);
  if (posix.resolve(second) === '/') throw wrong("invalid specification: destination can't be '/'");
  if (type === 'bind' && modes.noCopy) throw wrong('field VolumeOptions must not be specified');
  if (type === 'volume' && modes.propagation !== undefined) throw wrong('field BindOptions must not be specified');
  if (type === 'bind') {
    const { readOnly, propagation } = modes;
    const shared = propagation === undefined ? {} : { propagation };
    return { type: 'bind', source: first, target: second, readOnly, createSource: true, ...shared };
  }
  if (/^[\x21-\x7e]$/.test(first)) {
    const words = `create ${first}: volume name is too short, names should be at least two alphanumeric characters`;
    throw badRequest(words, 'volume_name_invalid');
  }
  if (!VOLUME_NAME.test(first)) {
    throw badRequest(
      `create ${first}: "${first}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
      'volume_name_invalid',
    );
  }
  return {
    type: 'volume',
    name: first,
    target: second,
    readOnly: modes.readOnly,
    ...(modes.noCopy ? { noCopy: true } : {}),
  };
}

function readModes(text: string) {
  const found = { readOnly: false, noCopy: false, propagation: undefined as string | undefined };
  const words = text.split(',').filter((part) => part !== '');
  const invalid = () => badRequest(`invalid mode: ${text}`, 'mount_invalid');
  // Of each kind one at most.
  for (const kind of [['ro', 'rw'], ['z', 'Z'], ['nocopy'], [...PROPAGATIONS], ['consistent', 'cached', 'delegated']]) {
    if (words.filter((word) => kind.includes(word)).length > 1) throw invalid();
  }
  for (const word of words) {
    if (word === 'ro') found.readOnly = true;
    else if (word === 'nocopy') found.noCopy = true;
    else if (PROPAGATIONS.has(word)) found.propagation = word;
    // Labels of SELinux and hints for other systems, without a meaning here.
    else if (!['rw', 'z', 'Z', 'consistent', 'cached', 'delegated', 'copy'].includes(word)) throw invalid();
  }
  return found;
}

const OPTIONS_OF = [
  ['bind', 'BindOptions'],
  ['volume', 'VolumeOptions'],
  ['tmpfs', 'TmpfsOptions'],
] as const;

function parseMount(mount: JsonObject): MountSpec {
  const type = (mount.text('Type') ?? '').toLowerCase();
  const target = mount.text('Target') ?? '';
  const source = mount.text('Source') ?? '';
  const readOnly = mount.flag('ReadOnly') ?? false;
  const invalid = (why: string) => badRequest(`invalid mount config for type "${type}": ${why}`, 'mount_invalid');
  for (const [kind, field] of OPTIONS_OF) {
    if (kind === type || !OPTIONS_OF.some(([known]) => known === type) || mount.object(field) === undefined) continue;
    throw badRequest(`${field} must not be specified on mount type "${type}"`, 'mount_invalid');
  }
  if (target === '') throw invalid('field Target must not be empty');
  switch (type) {
    case 'bind': {
      if (source === '') throw invalid('field Source must not be empty');
      if (!source.startsWith('/')) throw invalid(`invalid mount path: '${source}' mount path must be absolute`);
      const options = mount.object('BindOptions');
      const propagation = options?.text('Propagation');
      if (propagation && !PROPAGATIONS.has(propagation)) throw invalid(`invalid propagation mode: ${propagation}`);
      const createSource = options?.flag('CreateMountpoint') ?? false;
      const readOnlyRecursion = options?.flag('ReadOnlyNonRecursive')
        ? ('none' as const)
        : options?.flag('ReadOnlyForceRecursive')
          ? ('force' as const)
          : undefined;
      return {
        type: 'bind',
        source,
        target,
        readOnly,
        ...(propagation ? { propagation } : {}),
        ...(createSource ? { createSource } : {}),
        ...(options?.flag('NonRecursive') ? { nonRecursive: true } : {}),
        ...(readOnlyRecursion === undefined ? {} : { readOnlyRecursion }),
      };
    }
    case 'volume': {
      const options = mount.object('VolumeOptions');
      const driver = options?.object('DriverConfig');
      assertLocalDriver(driver?.text('Name') ?? '');
      const labels = options?.textMap('Labels') ?? {};
      const driverOptions = driver?.textMap('Options') ?? {};
      const noCopy = options?.flag('NoCopy') ?? false;
      const subpath = options?.text('Subpath') || undefined;
      return {
        type: 'volume',
        ...(source === '' ? {} : { name: source }),
        target,
        readOnly,
        ...(noCopy ? { noCopy } : {}),
        ...(subpath === undefined ? {} : { subpath }),
        ...(Object.keys(labels).length === 0 ? {} : { labels }),
        ...(Object.keys(driverOptions).length === 0 ? {} : { driverOptions }),
      };
    }
    case 'tmpfs': {
      if (source !== '') throw invalid('field Source must not be specified');
      const options = mount.object('TmpfsOptions');
      const sizeBytes = options?.integer('SizeBytes');
      const mode = options?.integer('Mode');
      return {
        type: 'tmpfs',
        target,
        ...(sizeBytes ? { sizeBytes } : {}),
        ...(mode === undefined ? {} : { mode }),
        ...(readOnly ? { options: 'ro' } : {}),
      };
    }
    case 'image':
    case 'cluster':
      throw invalid(`Davit does not support mounts of type ${type} yet`);
    default:
      throw invalid('mount type unknown');
  }
}

/** There is one driver. Not `not_found`: clients would take that for the image and pull it. @throws EngineError `invalid_argument` */
export function assertLocalDriver(name: string): void {
  if (name === '' || name === 'local') return;
  throw badRequest(`error looking up volume plugin ${name}: plugin "${name}" not found`, 'volume_driver_missing');
}

const SUFFIX: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** The options of `--tmpfs`, which are those of mount(8). */
function parseTmpfs(target: string, text: string): MountSpec {
  const others: string[] = [];
  let sizeBytes: number | undefined;
  let mode: number | undefined;
  for (const option of text.split(',').filter((part) => part !== '')) {
    const [, number, suffix] = /^size=(\d+)([kmg]?)$/i.exec(option) ?? [];
    const [, octal] = /^mode=([0-7]{3,4})$/.exec(option) ?? [];
    if (number !== undefined) sizeBytes = Number(number) * (SUFFIX[(suffix ?? '').toLowerCase()] ?? 1);
    else if (octal !== undefined) mode = Number.parseInt(octal, 8);
    else others.push(option);
  }
  return {
    type: 'tmpfs',
    target,
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
    ...(mode === undefined ? {} : { mode }),
    ...(others.length === 0 ? {} : { options: others.join(',') }),
    ...(text === '' ? {} : { text }),
  };
}
