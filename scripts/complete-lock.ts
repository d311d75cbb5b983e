// Records in a package-lock.json the optional native packages that `npm install` left out.
//
// A registry without the builds for other systems makes npm omit them, and a newer npm then refuses `npm ci` because the
// lockfile is incomplete. npm never downloads a package for a foreign platform, so version and platform are all it needs.
// Run after each `npm install`; `--check` only reports.
import { readFileSync, writeFileSync } from 'node:fs';

interface LockEntry {
  version?: string;
  optional?: boolean;
  dev?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

interface Lockfile {
  packages: Record<string, LockEntry>;
}

const SYSTEMS = /linux|darwin|win32|freebsd|openbsd|netbsd|android|sunos|aix|openharmony/;
const PROCESSORS = /(?:x64|arm64|ia32|arm|riscv64|ppc64|s390x|loong64|loongarch64|mips64el|wasm32)(?![a-z0-9])/;

/** The entries to add, keyed by their place in the lockfile. */
export function findMissing(lock: Lockfile): Record<string, LockEntry> {
  const missing: Record<string, LockEntry> = {};
  for (const [place, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (isInstalled(lock, place, name)) continue;
      if (!/^\d/.test(version))
        throw new Error(`${name}@${version}, wanted by ${place || 'the root'}, names no exact version`);
      missing[`node_modules/${name}`] = {
        version,
        ...platformOf(name),
        optional: true,
        ...(entry.dev === true ? { dev: true } : {}),
      };
    }
  }
  return missing;
}

/** Node's own search: beside the dependent, then in each folder above it. */
function isInstalled(lock: Lockfile, from: string, name: string): boolean {
  for (let place = from; place !== ''; place = parentOf(place)) {
    if (lock.packages[`${place}/node_modules/${name}`] !== undefined) return true;
  }
  return lock.packages[`node_modules/${name}`] !== undefined;
}

function parentOf(place: string): string {
  const end = place.lastIndexOf('/node_modules/');
  return end < 0 ? '' : place.slice(0, end);
}

function platformOf(name: string): Pick<LockEntry, 'os' | 'cpu' | 'libc'> {
  const os = SYSTEMS.exec(name)?.[0];
  const cpu = PROCESSORS.exec(name)?.[0];
  const libc = /musl|gnu|glibc/.exec(name)?.[0];
  return {
    ...(os === undefined ? {} : { os: [os] }),
    ...(cpu === undefined ? {} : { cpu: [cpu] }),
    ...(libc === undefined || os !== 'linux' ? {} : { libc: [libc === 'musl' ? 'musl' : 'glibc'] }),
  };
}

function main(args: readonly string[]): void {
  const check = args.includes('--check');
  const files = args.filter((arg) => !arg.startsWith('--'));
  for (const file of files.length > 0 ? files : ['package-lock.json', 'tools/package-lock.json']) {
    const lock = JSON.parse(readFileSync(file, 'utf8')) as Lockfile;
    const missing = findMissing(lock);
    process.stdout.write(`${file}: ${Object.keys(missing).length} entries missing\n`);
    if (check) {
      if (Object.keys(missing).length > 0) process.exitCode = 1;
      continue;
    }
    const packages = Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) => (a < b ? -1 : 1));
    writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2)}\n`);
  }
}

if (import.meta.main) main(process.argv.slice(2));
