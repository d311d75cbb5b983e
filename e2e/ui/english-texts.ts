// Finds sentences of one language on a page of another.
import type { Page } from '@playwright/test';
import en from '../../app/messages/en.json' with { type: 'json' };
import zh from '../../app/messages/zh.json' with { type: 'json' };

/** What is shown as it was written by programs or people: commands, logs, terminals, raw JSON. */
const RAW = 'code, pre, kbd, script, style, [role="log"], .xterm, .font-mono, [translate="no"]';

/** All texts, labels and hints that a page has, without what is raw. */
export async function readTexts(page: Page): Promise<string[]> {
  return page.evaluate((raw) => {
    const found = new Set<string>();
    const keep = (text: string | null) => {
      const clean = text?.replace(/\s+/g, ' ').trim() ?? '';
      if (clean !== '') found.add(clean);
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node: Node | null = walker.currentNode; node !== null; node = walker.nextNode()) {
      const element = node instanceof Element ? node : node.parentElement;
      if (element === null || element.closest(raw) !== null) continue;
      if (!(node instanceof Element)) keep(node.textContent);
      else for (const name of ['aria-label', 'title', 'placeholder', 'alt']) keep(node.getAttribute(name));
    }
    keep(document.title);
    return [...found];
  }, RAW);
}

/**
 * Of these texts, those that are an English message whose Chinese is another, or that have three English words in a row; a
 * message with values matches whatever the values are.
 */
export function findEnglish(texts: readonly string[], names: readonly string[]): string[] {
  return texts.filter((text) => {
    const rest = names.reduce((left, name) => left.replaceAll(name, ''), text);
    return MESSAGES.some((pattern) => pattern.test(text)) || /[A-Za-z]{2,}(?:[ ,]+[a-z]{2,}){2,}/.test(rest);
  });
}

const MESSAGES = patterns(en, zh);

function patterns(english: object, chinese: object): RegExp[] {
  return Object.entries(english).flatMap(([key, value]: [string, unknown]) => {
    const other = (chinese as Record<string, unknown>)[key];
    if (typeof value === 'object' && value !== null) return patterns(value, (other ?? {}) as object);
    if (typeof value !== 'string' || value === other) return [];
    const words = value.replace(/\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}/g, '\u0000');
    // A few letters beside a value, such as "{value} B", say nothing about a language.
    if (!/[A-Za-z]{3,}/.test(words.replaceAll('\u0000', ''))) return [];
    const escaped = words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('\u0000', '.+');
    // Parts of addresses are written small.
    return [new RegExp(`^${escaped}$`, 'i')];
  });
}
