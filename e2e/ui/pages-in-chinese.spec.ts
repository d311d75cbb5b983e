// Every page there is, in Chinese.
import { expect, test } from '@playwright/test';
import { findEnglish, readTexts } from './english-texts.ts';
import { NAMES, startTour, type Tour, tourPages } from './page-tour.ts';

let tour: Tour;

test.beforeAll(async () => {
  tour = await startTour();
});

test.afterAll(() => tour[Symbol.asyncDispose]());

test('1.18 in Chinese every text of every page is Chinese but names, commands and raw output', async ({ page }) => {
  test.setTimeout(600_000);
  const problems = await tourPages(page, tour, 'zh', {
    async afterwards(address) {
      const english = findEnglish(await readTexts(page), NAMES);
      return english.map((text) => `${address} says in English: ${text}`);
    },
  });
  expect(problems).toEqual([]);
});
