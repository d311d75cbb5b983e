import {
  type CreateForm,
  type EnvRow,
  FIELD_KEYS,
  FIELDS,
  isSwitch,
  isText,
  type MountRow,
  type PortRow,
  SECTIONS,
  type Section,
} from './create-form.ts';

/** A form in which nothing is set but what the address asked for. */
export function emptyForm(image = ''): CreateForm {
  return {
    ...recordOf(FIELD_KEYS.filter(isSwitch), false),
    ...recordOf(FIELD_KEYS.filter(isText), ''),
    image,
    name: '',
    ports: [],
    env: [],
    mounts: [],
    network: 'bridge',
    networkContainer: '',
    restart: 'no',
    maxRetries: '',
  };
}

function recordOf<Key extends string, Value>(keys: readonly Key[], value: Value): Record<Key, Value> {
  return Object.fromEntries(keys.map((key) => [key, value])) as Record<Key, Value>;
}

/** A key no other row has; keys stay with their row while others come and go. */
export function nextKey(rows: readonly { key: string }[]): string {
  return String(1 + Math.max(0, ...rows.map(({ key }) => Number(key))));
}

export function newPort(rows: readonly PortRow[], given: Partial<PortRow> = {}): PortRow {
  return { hostAddress: '', hostPort: '', containerPort: '', protocol: 'tcp', ...given, key: nextKey(rows) };
}

export function newEnv(rows: readonly EnvRow[], given: Partial<EnvRow> = {}): EnvRow {
  return { name: '', value: '', ...given, key: nextKey(rows) };
}

export function newMount(rows: readonly MountRow[], given: Partial<MountRow> = {}): MountRow {
  return {
    type: 'volume',
    source: '',
    target: '',
    readOnly: false,
    size: '',
    options: '',
    ...given,
    key: nextKey(rows),
  };
}

/** Variables put into the rows: a name that is there gets the new value, blank rows make room. */
export function mergeEnv(rows: readonly EnvRow[], added: readonly { name: string; value: string }[]): EnvRow[] {
  const merged = rows.filter(({ name, value }) => name !== '' || value !== '').map((row) => ({ ...row }));
  for (const { name, value } of added) {
    const known = merged.find((row) => row.name === name);
    if (known === undefined) merged.push(newEnv(merged, { name, value }));
    else known.value = value;
  }
  return merged;
}

/** What an image says about itself, as far as the form does not have it yet. */
export interface Suggestions {
  ports: { containerPort: string; protocol: 'tcp' | 'udp' }[];
  volumes: string[];
}

interface ProcessPart {
  ExposedPorts?: Record<string, object> | undefined;
  Volumes?: Record<string, object> | undefined;
}

export function suggestionsOf(config: ProcessPart | undefined, form: CreateForm): Suggestions {
  const ports = Object.keys(config?.ExposedPorts ?? {}).flatMap((port) => {
    const [containerPort = '', protocol = 'tcp'] = port.split('/');
    return protocol === 'tcp' || protocol === 'udp' ? [{ containerPort, protocol } as const] : [];
  });
  const volumes = Object.keys(config?.Volumes ?? {});
  return {
    ports: ports.filter(
      (port) =>
        !form.ports.some((row) => row.containerPort.trim() === port.containerPort && row.protocol === port.protocol),
    ),
    volumes: volumes.filter((target) => !form.mounts.some((row) => row.target.trim() === target)),
  };
}

const SECRET = /pass|secret|token|credential|private|api_?key|_key$|^key$|auth/i;

/** Whether a variable's value should be hidden on the screen and kept out of commands. */
export function looksSecret(name: string): boolean {
  return SECRET.test(name);
}

/** Where the field of a problem lives: `ports.3` and `maxRetries` each belong to one part of the form. */
export function sectionOf(problemKey: string): Section {
  const [head = ''] = problemKey.split('.');
  if (head === 'mounts') return 'storage';
  if (head === 'name') return 'image';
  if (head === 'maxRetries') return 'restart';
  if (head === 'networkContainer') return 'network';
  const field = FIELD_KEYS.find((key) => key === head);
  if (field !== undefined) return FIELDS[field].section;
  return SECTIONS.find((section) => section === head) ?? 'image';
}

/** How the draft goes to the browser's storage: the values of variables stay behind, people put secrets there. */
export function toDraft(form: CreateForm): CreateForm {
  return { ...form, env: form.env.map((row) => ({ ...row, value: '' })) };
}

/** A stored draft, or undefined when it is not one of this form: another version may have written it. */
export function fromDraft(text: string | null): CreateForm | undefined {
  if (text === null) return undefined;
  try {
    const draft: unknown = JSON.parse(text);
    if (typeof draft !== 'object' || draft === null) return undefined;
    const empty = emptyForm();
    const entries = Object.entries(draft);
    const fits =
      entries.length === Object.keys(empty).length &&
      entries.every(
        ([key, value]) =>
          key in empty &&
          (Array.isArray(value)
            ? value.every((row: unknown) => typeof row === 'object' && row !== null && 'key' in row)
            : typeof value === typeof empty[key as keyof CreateForm]),
      );
    return fits ? (draft as CreateForm) : undefined;
  } catch {
    // Not JSON: somebody else's entry under our name.
    return undefined;
  }
}

/** The value a problem is about: a field, or the row of a port, a variable or a mount. */
export function subjectOf(form: CreateForm, problemKey: string): unknown {
  const [head = '', row] = problemKey.split('.');
  if (head === 'ports' || head === 'env' || head === 'mounts') return form[head].find(({ key }) => key === row);
  return head in form ? form[head as keyof CreateForm] : undefined;
}
