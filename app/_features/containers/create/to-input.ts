import { isEnvSet, isMountSet } from './check-form.ts';
import type { CreateForm, MountRow, PortRow, TextKey } from './create-form.ts';
import { tryParseBindOptions, tryParseTmpfsOptions, tryParseVolumeOptions } from './mount-options.ts';
import { parsePair } from './pair-lines.ts';
import {
  tryParseDevice,
  tryParseDuration,
  tryParseEndpoint,
  tryParsePortRange,
  tryParseRate,
  tryParseUlimit,
} from './parse-entries.ts';
import { tryParseSize } from './parse-size.ts';
import { isPortSet, linesOf, networkOf } from './run-options.ts';
import { splitWords } from './split-words.ts';
import { tryParseWordList } from './word-list.ts';

/** The create request of a form without problems. Bind mounts make a missing folder, as `-v` does. */
export function toInput(form: CreateForm) {
  const text = (key: TextKey) => form[key].trim();
  const uts = text('utsMode');
  return {
    ...given('name', form.name.trim()),
    ...platformOf(text('platform')),
    config: {
      image: form.image.trim(),
      ...words('entrypoint', form.entrypoint),
      ...words('command', form.command),
      env: form.env.filter(isEnvSet).map(({ name, value }) => `${name.trim()}=${value}`),
      ...given('workingDir', text('workingDir')),
      ...given('user', text('user')),
      ...list('groupAdd', linesOf(form.groupAdd)),
      ...given('hostname', text('hostname')),
      ...given('domainname', text('domainname')),
      ...given('stopSignal', text('stopSignal').toUpperCase()),
      ...number('stopTimeoutSeconds', text('stopTimeout')),
      tty: form.tty,
      openStdin: form.openStdin,
      stdinOnce: form.stdinOnce,
      init: form.init,
      labels: pairs(form.labels),
      ...map('annotations', pairs(form.annotations)),
      exposedPorts: linesOf(form.expose).map((line) => (line.includes('/') ? line : `${line}/tcp`)),
      ports: form.ports.filter(isPortSet).map(toPort),
      publishAll: form.publishAll,
      mounts: form.mounts.filter(isMountSet).map(toMount),
      ...list('volumesFrom', linesOf(form.volumesFrom)),
      network: networkOf(form),
      ...list('networks', toNetworks(form)),
      ...given('macAddress', text('macAddress')),
      ...list('links', linesOf(form.links)),
      dns: linesOf(form.dns),
      dnsSearch: linesOf(form.dnsSearch),
      dnsOptions: linesOf(form.dnsOptions),
      extraHosts: linesOf(form.extraHosts),
      restart: {
        name: form.restart,
        maxRetries: form.restart === 'on-failure' ? Number(form.maxRetries.trim()) : 0,
      },
      autoRemove: form.autoRemove,
      resources: toResources(form),
      ...size('shmSizeBytes', text('shmSize')),
      ulimits: linesOf(form.ulimits).flatMap((line) => tryParseUlimit(line) ?? []),
      oomScoreAdj: Number(text('oomScoreAdj')),
      readonlyRootfs: form.readonlyRootfs,
      privileged: form.privileged,
      capAdd: linesOf(form.capAdd),
      capDrop: linesOf(form.capDrop),
      securityOpt: linesOf(form.securityOpt),
      ...list(
        'devices',
        linesOf(form.devices).flatMap((line) => tryParseDevice(line) ?? []),
      ),
      ...list('deviceRules', linesOf(form.deviceRules)),
      sysctls: pairs(form.sysctls),
      ...given('pidMode', text('pidMode')),
      ...given('ipcMode', text('ipcMode')),
      ...given('utsMode', uts),
      ...given('usernsMode', text('usernsMode')),
      ...cgroupns(form.cgroupnsMode),
      ...health(form),
      log: { driver: form.logDriver || 'json-file', ...map('options', pairs(form.logOptions)) },
    },
  };
}

export type CreateInput = ReturnType<typeof toInput>;

function toResources(form: CreateForm) {
  const text = (key: TextKey) => form[key].trim();
  const rates = (key: TextKey, plain: boolean) => linesOf(form[key]).flatMap((line) => tryParseRate(line, plain) ?? []);
  const weights = rates('blkioWeightDevices', true).map(({ path, rate }) => ({ path, weight: rate }));
  return {
    ...size('memoryBytes', text('memory')),
    ...size('memoryReservationBytes', text('memoryReservation')),
    ...(text('memorySwap') === '-1' ? { memorySwapBytes: -1 } : size('memorySwapBytes', text('memorySwap'))),
    ...number('memorySwappiness', text('memorySwappiness')),
    ...(text('cpus') === '' ? {} : { nanoCpus: Math.round(Number(text('cpus')) * 1e9) }),
    ...number('cpuShares', text('cpuShares')),
    ...number('cpuPeriod', text('cpuPeriod')),
    ...number('cpuQuota', text('cpuQuota')),
    ...given('cpusetCpus', text('cpusetCpus')),
    ...given('cpusetMems', text('cpusetMems')),
    ...number('pidsLimit', text('pidsLimit')),
    ...number('blkioWeight', text('blkioWeight')),
    ...list('blkioWeightDevices', weights),
    ...list('blkioReadBps', rates('readBps', false)),
    ...list('blkioWriteBps', rates('writeBps', false)),
    ...list('blkioReadIops', rates('readIops', true)),
    ...list('blkioWriteIops', rates('writeIops', true)),
    ...(form.oomKillDisable ? { oomKillDisable: true } : {}),
  };
}

/** Only what is asked of networks: without a wish the mode alone says it. A further line may be about the first network. */
function toNetworks(form: CreateForm) {
  const network = networkOf(form);
  if (network === 'host' || network === 'none' || network.startsWith('container:')) return [];
  const aliases = linesOf(form.networkAliases);
  const more = linesOf(form.moreNetworks).flatMap((line) => tryParseEndpoint(line) ?? []);
  const first = {
    ...more.find((endpoint) => endpoint.network === network),
    network,
    ...list('aliases', aliases),
    ...given('ipv4', form.ip.trim()),
    ...given('ipv6', form.ip6.trim()),
  };
  const others = more.filter((endpoint) => endpoint.network !== network);
  return Object.keys(first).length === 1 && others.length === 0 ? [] : [first, ...others];
}

function health(form: CreateForm) {
  if (form.noHealthcheck) return { healthcheck: { test: ['NONE'] } };
  const command = form.healthCmd.trim();
  const program = command.startsWith('[') ? tryParseWordList(command) : undefined;
  const check = {
    ...(command === '' ? {} : { test: program === undefined ? ['CMD-SHELL', command] : ['CMD', ...program] }),
    ...duration('intervalMs', form.healthInterval),
    ...duration('timeoutMs', form.healthTimeout),
    ...duration('startPeriodMs', form.healthStartPeriod),
    ...duration('startIntervalMs', form.healthStartInterval),
    ...number('retries', form.healthRetries.trim()),
  };
  return map('healthcheck', check);
}

function cgroupns(mode: string): { cgroupnsMode?: 'host' | 'private' } {
  return mode === 'host' || mode === 'private' ? { cgroupnsMode: mode } : {};
}

function toPort({ hostAddress, hostPort, containerPort, protocol }: PortRow) {
  const range = tryParsePortRange(hostPort);
  return {
    protocol,
    hostAddress: hostAddress.trim(),
    containerPort: Number(containerPort),
    ...(range === undefined ? {} : { hostPort: range.first }),
    ...(range?.last === undefined ? {} : { hostPortEnd: range.last }),
  };
}

function toMount({ type, source, target, readOnly, size: limit, options }: MountRow) {
  const place = target.trim();
  switch (type) {
    case 'volume':
      return { type, ...given('name', source.trim()), target: place, readOnly, ...tryParseVolumeOptions(options) };
    case 'bind': {
      const settings = { createSource: true, ...tryParseBindOptions(options) };
      return { type, source: source.trim(), target: place, readOnly, ...settings };
    }
    case 'tmpfs': {
      const { mode, options: rest } = tryParseTmpfsOptions(options) ?? {};
      const flags = [...(readOnly ? ['ro'] : []), ...(rest === undefined ? [] : [rest])].join(',');
      return {
        type,
        target: place,
        ...size('sizeBytes', limit.trim()),
        ...(mode === undefined ? {} : { mode }),
        ...given('options', flags),
      };
    }
  }
}

type Given<K extends string, T> = { [P in K]?: T };

function given<K extends string>(key: K, text: string): Given<K, string> {
  return text === '' ? {} : ({ [key]: text } as Given<K, string>);
}

function words<K extends string>(key: K, text: string): Given<K, string[]> {
  return list(key, splitWords(text) ?? []);
}

function list<K extends string, T>(key: K, entries: T[]): Given<K, T[]> {
  return entries.length === 0 ? {} : ({ [key]: entries } as Given<K, T[]>);
}

function map<K extends string, T extends object>(key: K, value: T): Given<K, T> {
  return Object.keys(value).length === 0 ? {} : ({ [key]: value } as Given<K, T>);
}

function number<K extends string>(key: K, text: string): Given<K, number> {
  return text === '' ? {} : ({ [key]: Number(text) } as Given<K, number>);
}

function size<K extends string>(key: K, text: string): Given<K, number> {
  const bytes = tryParseSize(text);
  return bytes === undefined ? {} : ({ [key]: bytes } as Given<K, number>);
}

function duration<K extends string>(key: K, text: string): Given<K, number> {
  const ms = tryParseDuration(text);
  return ms === undefined ? {} : ({ [key]: ms } as Given<K, number>);
}

function pairs(text: string): Record<string, string> {
  return Object.fromEntries(linesOf(text).map(parsePair));
}

/** `os/architecture[/variant]`; empty is the one that fits this host. */
function platformOf(words: string): { platform?: { os: string; architecture: string; variant?: string } } {
  const [os = '', architecture, variant] = words.split('/');
  if (os === '' || architecture === undefined) return {};
  return { platform: { os, architecture, ...(variant === undefined ? {} : { variant }) } };
}
