// Every page there is, in both themes, wide and narrow: readable by all, reached by keys alone, inside its window.
import { expect, test } from '@playwright/test';
import { readAxe } from './axe.ts';
import { findEnglish, readTexts } from './english-texts.ts';
import { tabThrough } from './focus.ts';
import { NAMES, startTour, type Tour, tourPages } from './page-tour.ts';

/** There Tab belongs to the program. */
const TERMINAL = /\/terminal$/;

let tour: Tour;

test.beforeAll(async () => {
  tour = await startTour();
});

test.afterAll(() => tour[Symbol.asyncDispose]());

test('1.19 axe finds nothing on any page, Tab reaches all of it with the focus in sight, and it fits its window', async ({
  page,
}) => {
  // A loaded machine needs several times the half minute of an idle one.
  test.setTimeout(1_200_000);
  const problems = await tourPages(page, tour, 'en', {
    inView: (address, width, colorScheme) => readAxe(page, `${address} ${width} ${colorScheme}`),
    async afterwards(address) {
      // The eye that looks for English in Chinese pages must see it where it is.
      expect(findEnglish(await readTexts(page), NAMES).length, address).toBeGreaterThan(3);
      if (TERMINAL.test(address)) return [];
      const { unreached, unseen, strayed } = await tabThrough(page);
      return [
        ...unreached.map((html) => `${address}: Tab does not reach ${html}`),
        ...unseen.map((html) => `${address}: the focus is not seen on ${html}`),
        ...strayed.map((html) => `${address}: Tab leaves the dialog for ${html}`),
      ];
    },
  });
  expect(problems).toEqual([]);
});
