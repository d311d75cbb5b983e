// Text for people stands in app/messages, in every language: none between tags, none in the attributes that are read out
// or shown.
import { isNode, type Node, parseSource, placeOf, readSources, type SourceFile, walk } from './syntax-tree.ts';

const SHOWN = new Set(['alt', 'aria-description', 'aria-label', 'aria-placeholder', 'aria-roledescription']);
for (const name of ['description', 'heading', 'hint', 'label', 'placeholder', 'text', 'title', 'tooltip'])
  SHOWN.add(name);

/** Names that are the same in every language. */
const NAMES = new Set(['Davit', 'root', 'Esc', 'Ctrl', 'Shift', 'Tab', 'Enter']);

/** What one types, not what one reads: `/srv/data`, `NAME=value`, `busybox:1`, `NAME`. */
const FORM = /^(?:\S*[/=:]\S*|[A-Z_]+)$/;

/** `path:line: text` for each text that is written in the code. */
export function findLiteralTexts(file: SourceFile): string[] {
  return [...walk(parseSource(file))].flatMap((node) =>
    textsOf(node)
      .map((text) => text.trim().replaceAll(/\s+/g, ' '))
      .filter(isWords)
      .map((text) => `${placeOf(file, node.start)}: "${text}"`),
  );
}

function textsOf(node: Node): string[] {
  if (node.type === 'JSXText') return [String(node['value'])];
  if (node.type === 'JSXElement' || node.type === 'JSXFragment') {
    return (node['children'] as Node[]).flatMap((child) => valuesOf(child));
  }
  if (node.type !== 'JSXAttribute') return [];
  const { name } = node['name'] as { name?: unknown };
  return typeof name === 'string' && SHOWN.has(name) && isNode(node['value']) ? valuesOf(node['value']) : [];
}

/** The literals that an expression can show; calls and names are none. */
function valuesOf(node: Node): string[] {
  switch (node.type) {
    case 'Literal':
      return typeof node['value'] === 'string' ? [node['value']] : [];
    case 'TemplateLiteral':
      return (node['quasis'] as { value: { cooked: string } }[]).map(({ value }) => value.cooked);
    case 'ConditionalExpression':
      return [node['consequent'], node['alternate']].filter(isNode).flatMap(valuesOf);
    case 'LogicalExpression':
      return isNode(node['right']) ? valuesOf(node['right']) : [];
    case 'JSXExpressionContainer':
      return isNode(node['expression']) ? valuesOf(node['expression']) : [];
    default:
      return [];
  }
}

/** Signs, units of one letter and numbers are no text. */
function isWords(text: string): boolean {
  return /\p{L}{2}/u.test(text) && !NAMES.has(text) && !FORM.test(text);
}

function main(): void {
  const files = readSources(['app/**/*.tsx']);
  const faults = files.flatMap(findLiteralTexts);
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  process.stdout.write(`${files.length} modules, ${faults.length} literal texts\n`);
  if (files.length === 0 || faults.length > 0) process.exitCode = 1;
}

if (import.meta.main) main();
