// The keyboard alone: reaching things by Tab, and whether the eye can follow.
import { expect, type Locator, type Page } from '@playwright/test';

/** Presses Tab, as people do, until this has the focus; where the focus is must be seen on the whole way. */
export async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await expect(target).toBeVisible();
  for (let presses = 0; presses < 120; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) {
      expect(await readUnseenFocus(page)).toEqual([]);
      return;
    }
    await page.keyboard.press(key);
  }
  throw new Error(`Tab does not reach ${target}`);
}

/** What has the focus without a ring, a border or a label that shows it. */
async function readUnseenFocus(page: Page): Promise<string[]> {
  await watchFocus(page);
  return page.evaluate(() => {
    const { activeElement } = document;
    const { isSeen, nameOf } = window.davitFocus;
    return activeElement === null || isSeen(activeElement) ? [] : [nameOf(activeElement)];
  });
}

interface Stops {
  unreached: string[];
  /** Had the focus without showing it. */
  unseen: string[];
  /** Had the focus while a dialog was open around others. */
  strayed: string[];
}

/** Of the page as it stands, or of the dialog that is open over it: where Tab comes and where it does not. */
export async function tabThrough(page: Page): Promise<Stops> {
  await watchFocus(page);
  const count = await page.evaluate(() => window.davitFocus.begin());
  // Some stops are no controls, such as boxes that scroll.
  for (let presses = 0; presses < count + 12; presses += 1) await page.keyboard.press('Tab');
  return page.evaluate(() => window.davitFocus.end());
}

declare global {
  interface Window {
    davitFocus: {
      isSeen(element: Element): boolean;
      nameOf(element: Element): string;
      begin(): number;
      end(): Stops;
    };
  }
}

async function watchFocus(page: Page): Promise<void> {
  await page.evaluate(() => {
    if (Reflect.has(window, 'davitFocus')) return;
    const nameOf = (element: Element) => element.outerHTML.slice(0, 160);
    const hasRing = (element: Element | null) => {
      if (element === null) return false;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
      return (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1) || boxShadow !== 'none';
    };
    const isSeen = (element: Element): boolean =>
      element === document.body ||
      // A terminal shows a cursor.
      element.closest('.xterm') !== null ||
      [element, element.nextElementSibling, element.closest('label'), element.closest('.field-focus')].some(hasRing);
    const wanted = 'a[href], button, input, select, textarea, [tabindex="0"]';
    const dialog = () => document.querySelector('[role="dialog"]');
    const controls = () =>
      [...(dialog() ?? document).querySelectorAll<HTMLElement>(wanted)].filter(
        (element) =>
          element.tabIndex >= 0 &&
          !element.matches(':disabled, [inert] *') &&
          element.checkVisibility({ visibilityProperty: true }) &&
          // One of a group is a stop of its own; arrows lead to the others.
          !(element instanceof HTMLInputElement && element.type === 'radio' && !element.checked),
      );
    const seen = new Set<Element>();
    const unseen = new Set<string>();
    const strayed = new Set<string>();
    let begun: HTMLElement[] = [];
    document.addEventListener('focusin', ({ target }) => {
      if (!(target instanceof Element)) return;
      seen.add(target);
      if (!isSeen(target)) unseen.add(nameOf(target));
      if (dialog()?.contains(target) === false) strayed.add(nameOf(target));
    });
    window.davitFocus = {
      isSeen,
      nameOf,
      begin: () => {
        begun = controls();
        // In a dialog the first stop comes after the last one.
        if (dialog() !== null) begun.at(-1)?.focus();
        else if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
        for (const noted of [seen, unseen, strayed]) noted.clear();
        return begun.length;
      },
      end: () => ({
        // What was redrawn meanwhile is another element.
        unreached: begun.filter((element) => element.isConnected && !seen.has(element)).map(nameOf),
        unseen: [...unseen],
        strayed: [...strayed],
      }),
    };
  });
}
