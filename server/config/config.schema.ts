import { z } from 'zod';
import { isAddressPool, isCidr, isHostName, isLoopback, tryParseListen } from './address.ts';

const RUNTIMES = ['auto', 'runc', 'crun'] as const;
const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

const absolutePath = z
  .string()
  .max(1024)
  .regex(/^\/(?!.*(?:^|\/)\.\.(?:\/|$))[^\0\n]*$/, 'must be an absolute path without ".."')
  .transform((path) => path.replace(/\/+$/, '') || '/')
  .refine((path) => path !== '/', 'must not be the root of the file system');

/** A path, or `off`. The habit from other daemons would open a door without a lock. */
const dockerSocket = z.string().transform((text, ctx) => {
  const refuse = (message: string) => {
    ctx.addIssue({ code: 'custom', message });
    return z.NEVER;
  };
  if (text === 'off') return null;
  if (/^(?:tcp|https?):/.test(text)) {
    return refuse('is refused: TCP without TLS lets everybody in; use --docker-tcp HOST:PORT, which speaks TLS');
  }
  const path = absolutePath.safeParse(text);
  return path.success ? path.data : refuse(path.error.issues[0]?.message ?? 'must be a path');
});

const listen = z.string().transform((text, ctx) => {
  const address = tryParseListen(text);
  if (address !== undefined) return address;
  ctx.addIssue({ code: 'custom', message: 'must be HOST:PORT, such as 127.0.0.1:7300 or [::1]:7300' });
  return z.NEVER;
});

const PLAIN_DOCKER_PORT = 2375;

/** Clients that find this port talk to it in the clear: whatever they send would be read by others. */
const dockerTcp = z.string().transform((text, ctx) => {
  const refuse = (message: string) => {
    ctx.addIssue({ code: 'custom', message });
    return z.NEVER;
  };
  if (text === 'off') return undefined;
  const [, scheme, rest = ''] = /^([a-z]+):\/\/(.*)$/.exec(text) ?? [undefined, undefined, text];
  if (scheme !== undefined && scheme !== 'tcp' && scheme !== 'https') {
    return refuse(`is refused: docker clients are served over TCP with TLS only, not over ${scheme}`);
  }
  const address = tryParseListen(rest);
  if (address === undefined) return refuse('must be HOST:PORT, such as 127.0.0.1:2376, or off; it always speaks TLS');
  if (address.port !== PLAIN_DOCKER_PORT) return address;
  return refuse(
    `is refused: ${PLAIN_DOCKER_PORT} is the port of a Docker API without TLS; take 2376, where clients expect TLS`,
  );
});

function listOf(accepts: (item: string) => boolean, message: string) {
  return z
    .string()
    .transform((text) => text.split(',').map((item) => item.trim()))
    .refine((items) => items.every(accepts), message);
}

/** Every setting with its default; texts come from flags and environment alike. */
export const configSchema = z
  .strictObject({
    dataRoot: absolutePath.default('/var/lib/davit'),
    runRoot: absolutePath.default('/run/davit'),
    listen: listen.default({ host: '127.0.0.1', port: 7300 }),
    instance: z
      .string()
      .regex(/^[a-z0-9]{1,8}$/, 'must be 1 to 8 of a-z and 0-9')
      .default('davit'),
    dockerSocket: dockerSocket.optional(),
    dockerTcp: dockerTcp.optional(),
    addressPools: listOf(isAddressPool, 'must be IPv4 networks such as 10.20.0.0/16, separated by commas').optional(),
    runtime: z.enum(RUNTIMES, `must be one of ${RUNTIMES.join(', ')}`).default('auto'),
    logLevel: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
    tlsCert: absolutePath.optional(),
    tlsKey: absolutePath.optional(),
    behindProxy: listOf(isCidr, 'must be networks such as 10.0.0.0/8, separated by commas').optional(),
    hostTerminal: z
      .enum(['on', 'off'], 'must be on or off')
      .transform((text) => text === 'on')
      .optional(),
    publicNames: listOf(isHostName, 'must be host names such as davit.example.com, separated by commas').optional(),
  })
  .superRefine((config, ctx) => {
    const issue = (key: string, message: string) => ctx.addIssue({ code: 'custom', path: [key], message });
    if (config.tlsCert !== undefined && config.tlsKey === undefined) issue('tlsKey', 'is needed beside --tls-cert');
    if (config.tlsKey !== undefined && config.tlsCert === undefined) issue('tlsCert', 'is needed beside --tls-key');
    if (config.tlsCert !== undefined && config.behindProxy !== undefined) {
      issue('behindProxy', 'means that the proxy does TLS: leave --tls-cert away');
    }
    if (config.dockerTcp?.port === config.listen.port && config.listen.port !== 0) {
      issue('dockerTcp', 'must have a port of its own, not that of the dashboard');
    }
    if (isInside(config.dataRoot, config.runRoot) || isInside(config.runRoot, config.dataRoot)) {
      issue('runRoot', 'and the data root must not lie within each other');
    }
  })
  .transform(({ dockerSocket, tlsCert, tlsKey, ...config }) => ({
    ...config,
    /** Undefined when it is switched off. */
    dockerSocket: dockerSocket === null ? undefined : (dockerSocket ?? `${config.runRoot}/docker.sock`),
    tls: toTls(config, tlsCert, tlsKey),
  }))
  // The kernel keeps 108 bytes for the path of a unix socket, the last one a zero.
  .refine(({ dockerSocket }) => Buffer.byteLength(dockerSocket ?? '') <= 107, {
    path: ['dockerSocket'],
    message: 'must be at most 107 bytes long',
  });

export type Config = z.output<typeof configSchema>;

/** What others can reach is encrypted, always: with the certificate given, by the proxy in front, or with one of our own. */
function toTls(
  config: { listen: { host: string }; behindProxy?: unknown },
  certFile: string | undefined,
  keyFile: string | undefined,
): { certFile: string; keyFile: string } | 'own' | undefined {
  if (certFile !== undefined && keyFile !== undefined) return { certFile, keyFile };
  return isLoopback(config.listen.host) || config.behindProxy !== undefined ? undefined : 'own';
}

function isInside(path: string, folder: string): boolean {
  return `${path}/`.startsWith(`${folder}/`);
}
