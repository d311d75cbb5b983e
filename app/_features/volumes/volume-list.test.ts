import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filterVolumes, labelsOf, parseLabels, type VolumeFilter, volumeNameProblem } from './volume-list.ts';

const VOLUMES: { name: string; anonymous: boolean; labels: Record<string, string>; usedBy: object[] }[] = [
  { name: 'shop-data', anonymous: false, labels: { team: 'Shop' }, usedBy: [{}] },
  { name: 'old-data', anonymous: false, labels: {}, usedBy: [] },
  { name: 'f'.repeat(64), anonymous: true, labels: { drawn: '' }, usedBy: [] },
];

const CASES: [query: string, filter: VolumeFilter, names: string[]][] = [
  ['', 'all', VOLUMES.map(({ name }) => name)],
  ['', 'used', ['shop-data']],
  ['', 'dangling', ['old-data', 'f'.repeat(64)]],
  ['', 'anonymous', ['f'.repeat(64)]],
  [' DATA ', 'all', ['shop-data', 'old-data']],
  ['team=shop', 'all', ['shop-data']],
  ['data', 'anonymous', []],
];

for (const [query, filter, names] of CASES) {
  test(`"${query}" among ${filter} finds ${names.length}`, () => {
    assert.deepEqual(
      filterVolumes(VOLUMES, { query, filter }).map(({ name }) => name),
      names,
    );
  });
}

test('labels are read as they are shown', () => {
  const labels = { a: '1', b: '', c: 'x=y' };
  assert.deepEqual(parseLabels(`${labelsOf(labels).join('\n')}\n\n  `), labels);
  assert.deepEqual(parseLabels('a = 1\na=2'), { a: '2' });
});

test('a name is refused as soon as a volume has it or none could', () => {
  const problems = ['', 'new', 'shop-data', 'a', '-data', 'Shop_1.x'].map((name) => volumeNameProblem(name, VOLUMES));
  assert.deepEqual(problems, [
    undefined,
    undefined,
    'volume_exists',
    'volume_name_invalid',
    'volume_name_invalid',
    undefined,
  ]);
});
