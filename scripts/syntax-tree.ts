// Walks the syntax trees of our own sources, for checks that need more than words.
import { globSync, readFileSync } from 'node:fs';
import { parseSync } from 'oxc-parser';

export interface Node {
  type: string;
  start: number;
  end: number;
  [key: string]: unknown;
}

export interface SourceFile {
  path: string;
  source: string;
}

/** All files of the patterns, from the root of the repository, with forward slashes. */
export function readSources(patterns: readonly string[]): SourceFile[] {
  return globSync([...patterns])
    .filter((path) => !path.endsWith('.d.ts'))
    .map((path) => ({ path, source: readFileSync(path, 'utf8') }));
}

/** @throws Error when the file does not parse */
export function parseSource({ path, source }: SourceFile): Node {
  const { program, errors } = parseSync(path, source);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${path}: ${error.message}`);
  return program as unknown as Node;
}

/** Children in the order of the source. */
export function childrenOf(node: Node): Node[] {
  return Object.values(node).flatMap((value) =>
    Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [],
  );
}

/** The node itself and everything below it. */
export function* walk(node: Node): Generator<Node> {
  yield node;
  for (const child of childrenOf(node)) yield* walk(child);
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

/** `path:line` of a place in a file, as editors open it. */
export function placeOf({ path, source }: SourceFile, at: number): string {
  return `${path}:${source.slice(0, at).split('\n').length}`;
}
