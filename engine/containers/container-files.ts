import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sandbox } from '../networks/network-service.ts';
import type { EnginePaths } from '../paths.ts';
import type { RuntimeMount } from '../runtime/runtime.ts';
import { hostnameOf } from './config-merge.ts';
import type { ContainerConfig, ContainerRecord } from './container-service.ts';

/** `name:address` pairs of `--add-host` as lines of /etc/hosts; `host-gateway` means the default bridge. */
export function hostsText(base: string, extraHosts: readonly string[], gateway: string | undefined): string {
  const lines = extraHosts.flatMap((pair) => {
    const split = /^([^:=]+)[:=](.+)$/.exec(pair);
    const name = split?.[1];
    const address = split?.[2] === 'host-gateway' ? gateway : split?.[2];
    return name === undefined || address === undefined ? [] : [`${address}\t${name}\n`];
  });
  return base + (base === '' || base.endsWith('\n') ? '' : '\n') + lines.join('');
}

/**
 * The network's resolv.conf with the lines the container asked to have instead. Servers that know the names of containers
 * stay: they ask the container's own for the rest.
 */
export function resolvText(
  base: string,
  config: Pick<ContainerConfig, 'dns' | 'dnsSearch' | 'dnsOptions'>,
  answersNames = false,
): string {
  const options = [...config.dnsOptions];
  if (answersNames && options.length > 0 && !options.some((option) => /^ndots:/.test(option))) options.push('ndots:0');
  const own: [string, string[]][] = [
    ['nameserver', answersNames ? [] : config.dns.map((address) => `nameserver ${address}`)],
    ['search', config.dnsSearch.length > 0 ? [`search ${config.dnsSearch.join(' ')}`] : []],
    ['options', options.length > 0 ? [`options ${options.join(' ')}`] : []],
  ];
  const replaced = new Set(own.filter(([, lines]) => lines.length > 0).map(([keyword]) => keyword));
  const kept = base
    .split('\n')
    .filter((line) => line.trim() !== '' && !replaced.has(line.trim().split(/\s+/)[0] ?? ''));
  return [...kept, ...own.flatMap(([, lines]) => lines), ''].join('\n');
}

/** Writes hosts, ending in the lines of `links`, hostname and resolv.conf of this start and says how they are mounted. */
export async function writeNetworkFiles(
  paths: EnginePaths,
  record: ContainerRecord,
  sandbox: Pick<Sandbox, 'hosts' | 'resolvConf' | 'answersNames'>,
  gateway: string | undefined,
  links: readonly string[],
): Promise<RuntimeMount[]> {
  const folder = paths.container(record.id);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { config } = record;
  const name = hostnameOf(config, record.id);
  const fullName = config.domainname ? `${name}.${config.domainname}` : name;
  await rewrite(join(folder, 'hosts'), hostsText(sandbox.hosts, config.extraHosts, gateway) + links.join(''));
  await rewrite(join(folder, 'hostname'), `${fullName}\n`);
  await rewrite(join(folder, 'resolv.conf'), resolvText(sandbox.resolvConf, config, sandbox.answersNames));
  return networkFileMounts(folder);
}

export function networkFileMounts(folder: string): RuntimeMount[] {
  return ['resolv.conf', 'hostname', 'hosts'].map((file) => ({
    type: 'bind',
    source: join(folder, file),
    destination: `/etc/${file}`,
    options: ['rbind', 'rprivate'],
  }));
}

/** In place: another container that shares this network has the same inode mounted, which a rename would leave behind. */
async function rewrite(path: string, text: string): Promise<void> {
  await using file = await open(path, 'w', 0o644);
  await file.chmod(0o644);
  await file.writeFile(text);
}
