import type { ContainerDetail } from '../../_lib/trpc.ts';
import {
  type CreateForm,
  FIELD_KEYS,
  type FieldKey,
  fieldSpec,
  isSwitch,
  SECTIONS,
  type Section,
} from './create/create-form.ts';
import { fromConfig } from './create/from-config.ts';
import { quoteWord } from './create/quote-word.ts';
import { linesOf } from './create/run-options.ts';

/** One setting of a container; its name is the label that the create form has for it. */
export interface ConfigRow {
  key: FieldKey | 'image' | 'name' | 'ports' | 'env' | 'mounts' | 'network' | 'restart';
  flag: string | undefined;
  value:
    | { kind: 'on' }
    | { kind: 'env'; variables: { name: string; value: string }[] }
    | { kind: 'texts'; texts: string[] }
    | { kind: 'bytes'; bytes: number }
    | { kind: 'unlimited' }
    | { kind: 'restart'; name: CreateForm['restart']; maxRetries: number }
    | { kind: 'ports'; ports: CreateForm['ports'] }
    | { kind: 'mounts'; mounts: CreateForm['mounts'] };
  /** Not asked for: the image says so. */
  fromImage?: true;
}

export interface ConfigGroup {
  section: Section;
  rows: ConfigRow[];
}

type Shown = Pick<ContainerDetail, 'name' | 'config' | 'process'>;

/** The settings of a container in the groups of the form; what Docker fills in by itself is left out. */
export function configGroups(detail: Shown): ConfigGroup[] {
  const form = fromConfig(detail.config);
  return SECTIONS.map((section) => ({
    section,
    rows: [...ownRows(section, detail, form), ...fieldRows(section, detail, form)],
  }));
}

function ownRows(section: Section, { name }: Shown, form: CreateForm): ConfigRow[] {
  const texts = (list: string[]) => ({ kind: 'texts', texts: list }) as const;
  switch (section) {
    case 'image':
      return [
        { key: 'image', flag: undefined, value: texts([form.image]) },
        { key: 'name', flag: '--name', value: texts([name]) },
      ];
    case 'ports':
      return form.ports.length === 0
        ? []
        : [{ key: 'ports', flag: '--publish', value: { kind: 'ports', ports: form.ports } }];
    case 'env': {
      const variables = form.env.map(({ name: variable, value }) => ({ name: variable, value }));
      return variables.length === 0 ? [] : [{ key: 'env', flag: '--env', value: { kind: 'env', variables } }];
    }
    case 'storage':
      return form.mounts.length === 0
        ? []
        : [{ key: 'mounts', flag: '--mount', value: { kind: 'mounts', mounts: form.mounts } }];
    case 'network': {
      const network = form.network === 'container:' ? `container:${form.networkContainer}` : form.network;
      return [{ key: 'network', flag: '--network', value: texts([network]) }];
    }
    case 'restart': {
      const { restart: policy, maxRetries } = form;
      return [
        { key: 'restart', flag: '--restart', value: { kind: 'restart', name: policy, maxRetries: Number(maxRetries) } },
      ];
    }
    case 'command':
    case 'resources':
    case 'security':
    case 'labels':
      return [];
  }
}

function fieldRows(section: Section, detail: Shown, form: CreateForm): ConfigRow[] {
  return FIELD_KEYS.filter((key) => fieldSpec(key).section === section).flatMap((key): ConfigRow[] => {
    const value = settingOf(key, form, detail);
    const { flag } = fieldSpec(key);
    if (value !== undefined) return [{ key, flag, value }];
    const inherited = ofImage(key, detail);
    return inherited === undefined
      ? []
      : [{ key, flag, value: { kind: 'texts', texts: [inherited] }, fromImage: true }];
  });
}

function settingOf(key: FieldKey, form: CreateForm, { config }: Shown): ConfigRow['value'] | undefined {
  if (isSwitch(key)) return form[key] ? { kind: 'on' } : undefined;
  const text = form[key].trim();
  if (text === '') return undefined;
  const { kind } = fieldSpec(key);
  if (key === 'pidsLimit' && text === '-1') return { kind: 'unlimited' };
  if (key === 'memorySwap' && text === '-1') return { kind: 'unlimited' };
  if (kind === 'size') return { kind: 'bytes', bytes: bytesOf(key, config) };
  return { kind: 'texts', texts: kind === 'lines' || kind === 'pairs' ? linesOf(text) : [text] };
}

function bytesOf(key: FieldKey, { resources, shmSizeBytes }: Shown['config']): number {
  const sizes: Partial<Record<FieldKey, number | undefined>> = {
    memory: resources.memoryBytes,
    memoryReservation: resources.memoryReservationBytes,
    memorySwap: resources.memorySwapBytes,
    shmSize: shmSizeBytes,
  };
  return sizes[key] ?? 0;
}

/** What runs although nobody asked for it: the process as it was resolved from the image. */
function ofImage(key: FieldKey, { config, process }: Shown): string | undefined {
  if (key === 'command' && config.command === undefined && config.entrypoint === undefined) {
    return process.args.map(quoteWord).join(' ');
  }
  if (key === 'workingDir') return process.cwd;
  return key === 'user' ? process.user || 'root' : undefined;
}
