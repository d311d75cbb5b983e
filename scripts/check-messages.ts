// The messages of the dashboard: both languages have the same keys, each key that the code names exists, and each key is
// named by the code. `t(name)` names a key when its text stands in the sources as a literal; `t(`tab_${name}`)` the keys
// that begin with `tab_` and whose rest stands there; likewise for an end.
import { readFileSync } from 'node:fs';
import {
  childrenOf,
  isNode,
  type Node,
  parseSource,
  placeOf,
  readSources,
  type SourceFile,
  walk,
} from './syntax-tree.ts';

/** One use of a translator: an exact key, or the fixed beginning and end of one. */
interface KeyUse {
  place: string;
  key: string;
  /** Undefined for an exact key. */
  end: string | undefined;
}

/** Texts by full key (`ui.copy`). */
type Messages = ReadonlyMap<string, string>;

/** `{ ui: { copy: 'Copy' } }` → `ui.copy`. */
export function flattenMessages(node: object, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(node).flatMap(([key, value]: [string, unknown]): [string, string][] => {
      if (typeof value === 'string') return [[prefix + key, value]];
      return typeof value === 'object' && value !== null ? [...flattenMessages(value, `${prefix}${key}.`)] : [];
    }),
  );
}

/** Faults in the order: missing translations, unknown keys, keys without use. */
export function findMessageFaults(
  languages: Readonly<Record<string, Messages>>,
  sources: readonly SourceFile[],
): string[] {
  const all = new Set(Object.values(languages).flatMap((messages) => [...messages.keys()]));
  const uses = sources.filter(({ path }) => path.startsWith('app/') && !isTest(path)).flatMap(findKeyUses);
  if (all.size === 0 || uses.length === 0) return ['no message or no use of one was read'];
  const words = new Set(sources.filter(({ path }) => !isTest(path)).flatMap(literalsOf));
  return [
    ...Object.entries(languages).flatMap(([language, messages]) =>
      [...all].filter((key) => !messages.has(key)).map((key) => `${language} lacks ${key}`),
    ),
    ...uses
      .filter((use) => ![...all].some((key) => restOf(key, use) !== undefined))
      .map(({ place, key, end }) => `${place}: there is no message ${key}${end === undefined ? '' : `…${end}`}`),
    ...[...all].filter((key) => !uses.some((use) => isNamedBy(key, use, words))).map((key) => `${key} is not used`),
  ];
}

function isNamedBy(key: string, use: KeyUse, words: ReadonlySet<string>): boolean {
  const rest = restOf(key, use);
  return rest === '' || (rest !== undefined && words.has(rest));
}

/** What a key has between the fixed parts of a use: nothing for an exact one; undefined when the key is not meant. */
function restOf(key: string, { key: beginning, end }: KeyUse): string | undefined {
  if (end === undefined) return key === beginning ? '' : undefined;
  const fits = key.length > beginning.length + end.length && key.startsWith(beginning) && key.endsWith(end);
  return fits ? key.slice(beginning.length, key.length - end.length) : undefined;
}

/** Calls of what `useTranslations(namespace)` and `getTranslations(namespace)` gave, in the function that asked. */
function findKeyUses(file: SourceFile): KeyUse[] {
  const uses: KeyUse[] = [];
  visit(parseSource(file), new Map());
  return uses;

  function visit(node: Node, outer: ReadonlyMap<string, string>): void {
    const scope = new Map(outer);
    if (/Function/.test(node.type) || node.type === 'Program') {
      for (const [name, namespace] of translatorsIn(node)) scope.set(name, namespace);
    }
    if (node.type === 'CallExpression') collect(node, scope);
    for (const child of childrenOf(node)) visit(child, scope);
  }

  function collect(call: Node, scope: ReadonlyMap<string, string>): void {
    const namespace = namespaceOf(call['callee'], scope);
    const [argument] = call['arguments'] as Node[];
    if (namespace === undefined || argument === undefined) return;
    for (const { text, end } of keysOf(argument)) {
      uses.push({ place: placeOf(file, call.start), key: `${namespace}.${text}`, end });
    }
  }
}

/** `const t = useTranslations('x')` directly in this function, not in those inside it. */
function translatorsIn(node: Node): [name: string, namespace: string][] {
  return childrenOf(node).flatMap((child): [string, string][] => {
    if (/Function/.test(child.type)) return [];
    const { id, init } = child as { id?: unknown; init?: unknown };
    const namespace = child.type === 'VariableDeclarator' ? askedNamespace(init) : undefined;
    if (namespace !== undefined && isNode(id) && typeof id['name'] === 'string') return [[id['name'], namespace]];
    return translatorsIn(child);
  });
}

function askedNamespace(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  if (value.type === 'AwaitExpression') return askedNamespace(value['argument']);
  if (value.type === 'ParenthesizedExpression') return askedNamespace(value['expression']);
  const callee = value.type === 'CallExpression' ? value['callee'] : undefined;
  if (!isNode(callee) || !/^(?:use|get)Translations$/.test(String(callee['name']))) return undefined;
  const [argument] = value['arguments'] as Node[];
  return typeof argument?.['value'] === 'string' ? argument['value'] : undefined;
}

/** `t`, `t.rich`, `t.has`, `(await getTranslations('x'))`. */
function namespaceOf(callee: unknown, scope: ReadonlyMap<string, string>): string | undefined {
  if (!isNode(callee)) return undefined;
  if (callee.type === 'Identifier') return scope.get(String(callee['name']));
  if (callee.type === 'MemberExpression') return namespaceOf(callee['object'], scope);
  return askedNamespace(callee);
}

function keysOf(argument: Node): { text: string; end: string | undefined }[] {
  if (argument.type === 'Literal') return [{ text: String(argument['value']), end: undefined }];
  if (argument.type === 'ConditionalExpression') {
    return [argument['consequent'], argument['alternate']].filter(isNode).flatMap(keysOf);
  }
  if (argument.type === 'TemplateLiteral') {
    const parts = (argument['quasis'] as { value: { cooked: string } }[]).map(({ value }) => value.cooked);
    return [{ text: parts.at(0) ?? '', end: parts.at(-1) ?? '' }];
  }
  return [{ text: '', end: '' }];
}

/** Texts that a value can have at run time: literals, names of properties, members of unions. */
function literalsOf(file: SourceFile): string[] {
  return [...walk(parseSource(file))].flatMap((node) => {
    // `image.import` names the message `image_import`: a dot would nest it.
    if (node.type === 'Literal' && typeof node['value'] === 'string') return [node['value'].replaceAll('.', '_')];
    // `exec_start: ${command}`: what stands before the colon is the word.
    const { cooked } = (node.type === 'TemplateElement' ? node['value'] : {}) as { cooked?: string };
    if (cooked !== undefined) return [cooked.replace(/:.*$/s, '')];
    const key = node.type === 'Property' ? node['key'] : undefined;
    return isNode(key) && typeof key['name'] === 'string' ? [key['name']] : [];
  });
}

function isTest(path: string): boolean {
  return /\.(?:test|itest|suite)\.tsx?$/.test(path);
}

function main(): void {
  const sources = readSources(['{app,server,engine}/**/*.{ts,tsx}']);
  if (sources.length === 0) {
    process.stdout.write('0 modules\n');
    process.exitCode = 1;
    return;
  }
  const languages = Object.fromEntries(
    ['en', 'zh'].map((language) => [
      language,
      flattenMessages(JSON.parse(readFileSync(`app/messages/${language}.json`, 'utf8')) as object),
    ]),
  );
  const faults = findMessageFaults(languages, sources);
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  process.stdout.write(`${languages['en']?.size ?? 0} messages, ${sources.length} modules, ${faults.length} faults\n`);
  if (faults.length > 0) process.exitCode = 1;
}

if (import.meta.main) main();
