// What axe finds wrong on a page.
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/**
 * What holds when nothing moves: a button that is allowed a moment later is on its way to another colour meanwhile.
 *
 * @param where begins each line that is returned
 */
export async function readAxe(page: Page, where: string): Promise<string[]> {
  const found = await look(page, where);
  return found.length === 0 ? found : await look(page, where);
}

async function look(page: Page, where: string): Promise<string[]> {
  await untilStill(page);
  // It takes a while to be read by the browser, and stays as long as the page does.
  const isThere = await page.evaluate(() => Reflect.has(window, 'axe'));
  const { violations } = await new AxeBuilder({ page, ...(isThere ? { axeSource: 'undefined' } : {}) })
    .setLegacyMode(true)
    // Of what is right nothing needs to be told.
    .options({ resultTypes: ['violations'] })
    .analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${where}: ${id} at ${html.slice(0, 160)}`));
}

/** A colour on its way to another has the contrast of neither; a change of theme begins its way a moment after the wish. */
async function untilStill(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = () => new Promise(requestAnimationFrame);
    for (let still = 0; still < 5; still += 1) {
      await frame();
      const moving = document.getAnimations().filter((one) => one.effect?.getComputedTiming().iterations !== Infinity);
      if (moving.length > 0) still = 0;
      await Promise.allSettled(moving.map(({ finished }) => finished));
    }
  });
}
