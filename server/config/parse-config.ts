import { parseArgs } from 'node:util';
import { EngineError } from '#engine/errors/index.ts';
import { type Config, configSchema } from './config.schema.ts';

interface Setting {
  key: string;
  flag: string;
  env: string;
  hint: string;
  help: string;
}

/** Where each setting comes from; the help text is made of it. */
export const SETTINGS = [
  {
    key: 'dataRoot',
    flag: 'data-root',
    env: 'DAVIT_DATA_ROOT',
    hint: 'DIR',
    help: 'everything that must be kept (/var/lib/davit)',
  },
  {
    key: 'runRoot',
    flag: 'run-root',
    env: 'DAVIT_RUN_ROOT',
    hint: 'DIR',
    help: 'sockets and process files (/run/davit)',
  },
  {
    key: 'listen',
    flag: 'listen',
    env: 'DAVIT_LISTEN',
    hint: 'HOST:PORT',
    help: 'address of the dashboard (127.0.0.1:7300)',
  },
  {
    key: 'instance',
    flag: 'instance',
    env: 'DAVIT_INSTANCE',
    hint: 'NAME',
    help: 'prefix of bridges, firewall table, cgroup (davit)',
  },
  {
    key: 'dockerSocket',
    flag: 'docker-socket',
    env: 'DAVIT_DOCKER_SOCKET',
    hint: 'PATH|off',
    help: 'Docker API (<run root>/docker.sock)',
  },
  {
    key: 'dockerTcp',
    flag: 'docker-tcp',
    env: 'DAVIT_DOCKER_TCP',
    hint: 'HOST:PORT|off',
    help: 'Docker API over TLS for users with a token or certificate (off)',
  },
  {
    key: 'addressPools',
    flag: 'address-pool',
    env: 'DAVIT_ADDRESS_POOL',
    hint: 'CIDR[,CIDR]',
    help: "networks to take subnets from (Docker's pools)",
  },
  {
    key: 'runtime',
    flag: 'runtime',
    env: 'DAVIT_RUNTIME',
    hint: 'NAME',
    help: 'auto, runc or crun (auto: crun where it works)',
  },
  {
    key: 'logLevel',
    flag: 'log-level',
    env: 'DAVIT_LOG_LEVEL',
    hint: 'LEVEL',
    help: 'debug, info, warn or error (info)',
  },
  { key: 'tlsCert', flag: 'tls-cert', env: 'DAVIT_TLS_CERT', hint: 'FILE', help: 'certificate chain in PEM' },
  { key: 'tlsKey', flag: 'tls-key', env: 'DAVIT_TLS_KEY', hint: 'FILE', help: 'its private key in PEM' },
  {
    key: 'behindProxy',
    flag: 'behind-proxy',
    env: 'DAVIT_BEHIND_PROXY',
    hint: 'CIDR[,CIDR]',
    help: 'proxies that do TLS for us',
  },
  {
    key: 'publicNames',
    flag: 'public-name',
    env: 'DAVIT_PUBLIC_NAME',
    hint: 'NAME[,NAME]',
    help: 'further host names people reach it by',
  },
  {
    key: 'hostTerminal',
    flag: 'host-terminal',
    env: 'DAVIT_HOST_TERMINAL',
    hint: '[on|off]',
    help: 'a shell on this host for owners (as switched there)',
  },
] as const satisfies readonly Setting[];

export type Flags = Readonly<Record<string, string | undefined>>;

/** One thing wrong with the settings, named as the person wrote it. */
export interface ConfigProblem {
  source: string;
  message: string;
}

/**
 * Flag, else environment, else default. Keys of `flags` are flag names without dashes.
 *
 * @throws EngineError `invalid_argument` with all `problems` at once, one line each in the message
 */
export function parseConfig({ flags = {}, env = {} }: { flags?: Flags; env?: Flags }): Config {
  const problems: ConfigProblem[] = [];
  const known = new Set<string>(SETTINGS.map(({ flag }) => flag));
  for (const flag of Object.keys(flags)) {
    if (!known.has(flag)) problems.push({ source: `--${flag}`, message: 'is not an option' });
  }
  const sources = new Map<string, string>();
  const values: Record<string, string> = {};
  for (const { key, flag, env: variable } of SETTINGS) {
    const fromFlag = flags[flag];
    // An empty variable counts as unset, as in every unit file that has `DAVIT_X=`; an empty flag is a mistake.
    const value = fromFlag ?? (env[variable] || undefined);
    sources.set(key, fromFlag === undefined && value !== undefined ? variable : `--${flag}`);
    if (value !== undefined) values[key] = value;
  }
  const parsed = configSchema.safeParse(values);
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) {
      const key = String(path[0] ?? '');
      const value = values[key] === undefined ? '' : ` "${values[key]}"`;
      problems.push({ source: sources.get(key) ?? key, message: `${value} ${message}`.trim() });
    }
  }
  if (parsed.success && problems.length === 0) return parsed.data;
  const text = problems.map(({ source, message }) => `${source} ${message}`).join('\n');
  throw new EngineError('invalid_argument', text, { reason: 'config_invalid', problems });
}

/**
 * Splits a command line into our flags and what is left.
 *
 * @throws EngineError `invalid_argument` for an option nobody knows or one without its value
 */
export function readFlags(args: readonly string[]): { flags: Flags; positionals: string[] } {
  const options = Object.fromEntries(SETTINGS.map(({ flag }) => [flag, { type: 'string' as const }]));
  try {
    const { values, positionals } = parseArgs({
      args: withValues(args),
      options,
      allowPositionals: true,
      strict: true,
    });
    return { flags: values, positionals };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : 'Unknown option';
    throw new EngineError('invalid_argument', message, { reason: 'flags_invalid' }, { cause });
  }
}

/** A switch may stand alone; the parser knows texts only. */
export function withValues(args: readonly string[]): string[] {
  return args.map((arg) => (arg === '--host-terminal' ? '--host-terminal=on' : arg));
}

/** The lines of `--help` about settings. */
export function describeSettings(): string {
  const width = Math.max(...SETTINGS.map(({ flag, hint }) => flag.length + hint.length));
  return SETTINGS.map(({ flag, hint, help, env }) => `  --${`${flag} ${hint}`.padEnd(width + 3)}${help} [${env}]`).join(
    '\n',
  );
}
