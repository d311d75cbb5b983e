import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as lucide from 'lucide';
import { pathOf } from './icon-path.ts';

test('basic shapes become the paths that SVG gives as their equivalents', () => {
  assert.equal(pathOf([['path', { d: 'm7 11 2-2' }]]), 'M0 0m7 11 2-2');
  assert.equal(pathOf([['line', { x1: '1', y1: 2, x2: '3', y2: 4 }]]), 'M0 0M1 2L3 4');
  assert.equal(pathOf([['polyline', { points: '1 2 3 4 5 6' }]]), 'M0 0M1 2 3 4 5 6');
  assert.equal(pathOf([['polygon', { points: '1 2 3 4 5 6' }]]), 'M0 0M1 2 3 4 5 6z');
  assert.equal(pathOf([['circle', { cx: '12', cy: '11', r: '10' }]]), 'M0 0M2 11a10 10 0 1 0 20 0a10 10 0 1 0 -20 0z');
  assert.equal(
    pathOf([['ellipse', { cx: '12', cy: '5', rx: '9', ry: '3' }]]),
    'M0 0M3 5a9 3 0 1 0 18 0a9 3 0 1 0 -18 0z',
  );
  assert.equal(
    pathOf([['rect', { x: '3', y: '4', width: '18', height: '16', rx: '2' }]]),
    'M0 0M5 4h14a2 2 0 0 1 2 2v12a2 2 0 0 1 -2 2h-14a2 2 0 0 1 -2 -2v-12a2 2 0 0 1 2 -2z',
  );
});

test('the shapes of one icon stand one after the other, each from the corner', () => {
  const shapes: lucide.IconNode = [
    ['path', { d: 'm1 1 2 2' }],
    ['path', { d: 'm5 5 1 1' }],
  ];
  assert.equal(pathOf(shapes), 'M0 0m1 1 2 2M0 0m5 5 1 1');
});

test('every icon there is becomes a path, and no number of it is lost', () => {
  const icons = Object.values(lucide.icons);
  assert.ok(icons.length > 1_000);
  for (const icon of icons) assert.doesNotMatch(pathOf(icon), /NaN|undefined/);
});

test('a shape that cannot be a path is refused by its name', () => {
  assert.throws(() => pathOf([['text', { x: 1 }]]), /an icon has a <text>/);
});
