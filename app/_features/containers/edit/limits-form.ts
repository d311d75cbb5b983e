import type { ContainerDetail } from '../../../_lib/trpc.ts';
import type { RestartName, TextKey } from '../create/create-form.ts';
import { fromConfig } from '../create/from-config.ts';
import { tryParseSize } from '../create/parse-size.ts';

/** What can change while a container runs, in the order of the page; texts as in the form that makes containers. */
export const LIMIT_KEYS = [
  'memory',
  'memorySwap',
  'memoryReservation',
  'cpus',
  'cpuShares',
  'cpuPeriod',
  'cpuQuota',
  'cpusetCpus',
  'cpusetMems',
  'pidsLimit',
  'blkioWeight',
] as const satisfies readonly TextKey[];
type LimitKey = (typeof LIMIT_KEYS)[number];

export type LimitsForm = Record<LimitKey, string> & { restart: RestartName; maxRetries: string };

export function limitsOf(config: ContainerDetail['config']): LimitsForm {
  const form = fromConfig(config);
  const limits = Object.fromEntries(LIMIT_KEYS.map((key) => [key, form[key]])) as Record<LimitKey, string>;
  return { ...limits, restart: form.restart, maxRetries: form.maxRetries };
}

/** Limits that stay once they are set: the kernel or the engine has no way back while the container exists. */
const STAYS: readonly LimitKey[] = ['cpusetCpus', 'cpusetMems', 'blkioWeight', 'cpuShares', 'cpuPeriod'];

const LEAST_MEMORY = 6 * 1024 ** 2;

/** What is wrong with a field: the key of a sentence. */
export function checkLimits(form: LimitsForm, before: LimitsForm, autoRemove: boolean) {
  const problems: Partial<Record<keyof LimitsForm, string>> = {};
  for (const key of LIMIT_KEYS) {
    const problem = checkLimit(key, form[key].trim());
    if (problem !== undefined) problems[key] = problem;
    else if (STAYS.includes(key) && form[key].trim() === '' && before[key] !== '') problems[key] = 'limit_stays';
  }
  const [memory, swap] = [tryParseSize(form.memory), tryParseSize(form.memorySwap)];
  if (memory !== undefined && swap !== undefined && swap < memory) problems.memorySwap = 'swap_below_memory';
  if (form.memory.trim() === '' && swap !== undefined) problems.memorySwap = 'swap_without_memory';
  const quota = form.cpuPeriod.trim() !== '' || form.cpuQuota.trim() !== '';
  if (form.cpus.trim() !== '' && quota) problems.cpus = 'cpus_or_quota';
  if (form.restart === 'on-failure' && !/^\d{0,4}$/.test(form.maxRetries.trim())) problems.maxRetries = 'number';
  if (autoRemove && form.restart !== 'no') problems.restart = 'auto_remove_restart';
  return problems;
}

function checkLimit(key: LimitKey, text: string): string | undefined {
  if (text === '') return undefined;
  switch (key) {
    case 'memory':
    case 'memorySwap':
    case 'memoryReservation': {
      if (key === 'memorySwap' && text === '-1') return undefined;
      const bytes = tryParseSize(text);
      if (bytes === undefined) return 'size';
      return key === 'memory' && bytes < LEAST_MEMORY ? 'memory_too_small' : undefined;
    }
    case 'cpus':
      return /^\d+(?:\.\d+)?$/.test(text) && Number(text) > 0 ? undefined : 'number';
    case 'cpusetCpus':
    case 'cpusetMems':
      return /^\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*$/.test(text) ? undefined : 'cpu_set';
    case 'pidsLimit':
      return /^(?:-1|[1-9]\d{0,8})$/.test(text) ? undefined : 'number';
    case 'cpuShares':
    case 'cpuPeriod':
    case 'cpuQuota':
    case 'blkioWeight':
      return /^[1-9]\d{0,8}$/.test(text) ? undefined : 'number';
  }
}

export interface LimitChange {
  key: LimitKey | 'restart';
  from: string;
  /** Empty: the limit goes. */
  to: string;
}

export function changesOf(form: LimitsForm, before: LimitsForm): LimitChange[] {
  const policy = ({ restart, maxRetries }: LimitsForm) =>
    restart === 'on-failure' && maxRetries.trim() !== '' ? `${restart}:${maxRetries.trim()}` : restart;
  return [
    ...LIMIT_KEYS.filter((key) => form[key].trim() !== before[key]).map((key) => {
      return { key, from: before[key], to: form[key].trim() };
    }),
    ...(policy(form) === policy(before) ? [] : [{ key: 'restart' as const, from: policy(before), to: policy(form) }]),
  ];
}

/** The update that makes the changes; -1 takes a limit away. */
export function toUpdate(form: LimitsForm, before: LimitsForm) {
  const changed = new Set(changesOf(form, before).map(({ key }) => key));
  const resources: Record<string, number | string> = {};
  for (const key of LIMIT_KEYS) if (changed.has(key)) Object.assign(resources, limitOf(key, form[key].trim()));
  // A limit of memory brings its sum with swap along: without one it would stand against the one before.
  if (changed.has('memory') || changed.has('memorySwap')) {
    const memory = tryParseSize(form.memory);
    const swap = form.memorySwap.trim();
    resources['memoryBytes'] = memory ?? -1;
    resources['memorySwapBytes'] = swap === '-1' || memory === undefined ? -1 : (tryParseSize(swap) ?? memory * 2);
  }
  const restart = {
    name: form.restart,
    maxRetries: form.restart === 'on-failure' ? Number(form.maxRetries.trim()) : 0,
  };
  return {
    ...(Object.keys(resources).length === 0 ? {} : { resources }),
    ...(changed.has('restart') ? { restart } : {}),
  };
}

function limitOf(key: LimitKey, text: string): Record<string, number | string> {
  const number = text === '' ? -1 : Number(text);
  switch (key) {
    case 'memory':
      return { memoryBytes: tryParseSize(text) ?? -1 };
    case 'memorySwap':
      return { memorySwapBytes: tryParseSize(text) ?? -1 };
    case 'memoryReservation':
      return { memoryReservationBytes: tryParseSize(text) ?? -1 };
    case 'cpus':
      return { nanoCpus: text === '' ? -1 : Math.round(Number(text) * 1e9) };
    case 'cpusetCpus':
    case 'cpusetMems':
      return { [key]: text };
    case 'cpuShares':
    case 'cpuPeriod':
    case 'cpuQuota':
    case 'pidsLimit':
    case 'blkioWeight':
      return { [key]: number };
  }
}
