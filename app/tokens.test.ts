import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');
const { light, dark } = readThemes();

const SURFACES = ['canvas', 'surface', 'raised', 'sunken', 'hover', 'selected'];
const TEXTS = ['text', 'text-muted', 'text-faint', 'accent', 'success', 'warning', 'danger', 'info'];
const STATES = ['accent', 'success', 'warning', 'danger', 'info'];

for (const [name, theme] of Object.entries({ light, dark })) {
  test(`${name}: every text colour is readable on every surface`, () => {
    for (const text of TEXTS) for (const surface of SURFACES) assertContrast(theme, text, surface, 4.5);
  });

  test(`${name}: states on their fill, texts on buttons, search hits and tooltips are readable`, () => {
    for (const state of STATES) assertContrast(theme, state, `${state}-soft`, 4.5);
    const pairs = [
      ['on-accent', 'accent'],
      ['on-accent', 'accent-hover'],
      ['on-danger', 'danger'],
      ['on-danger', 'danger-hover'],
      ['text', 'mark'],
      ['text', 'mark-current'],
      ['on-tooltip', 'tooltip'],
      ['text-muted', 'neutral-soft'],
    ] as const;
    for (const [text, surface] of pairs) assertContrast(theme, text, surface, 4.5);
  });

  test(`${name}: borders of inputs and the focus ring are visible, terminal colours readable`, () => {
    for (const surface of SURFACES.slice(0, 4)) {
      assertContrast(theme, 'border-strong', surface, 3);
      assertContrast(theme, 'focus', surface, 3);
    }
    for (let index = 0; index < 16; index += 1) assertContrast(theme, `ansi-${index}`, 'sunken', 4.5);
    for (let index = 1; index <= 8; index += 1) assertContrast(theme, `series-${index}`, 'surface', 3);
  });
}

function readThemes(): { light: Record<string, string>; dark: Record<string, string> } {
  const light: Record<string, string> = {};
  const dark: Record<string, string> = {};
  for (const [, name = '', day = '', night = ''] of css.matchAll(
    /--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g,
  )) {
    light[name] = day;
    dark[name] = night;
  }
  assert.ok(Object.keys(light).length > 40, 'too few colours');
  return { light, dark };
}

function assertContrast(theme: Record<string, string>, front: string, back: string, least: number): void {
  const [a, b] = [theme[front], theme[back]];
  assert.ok(a !== undefined && b !== undefined, `${front} or ${back} is missing`);
  const [dim, bright] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  const ratio = (bright + 0.05) / (dim + 0.05);
  assert.ok(ratio >= least, `${front} on ${back}: ${ratio.toFixed(2)} < ${least}`);
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
