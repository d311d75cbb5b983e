// Files that a page sends.
import type { Page } from '@playwright/test';

/** Lets a file of this computer fall on an element. */
export async function dropFile(page: Page, path: string, selector: string): Promise<void> {
  await page.evaluate(() => {
    const input = document.createElement('input');
    Object.assign(input, { type: 'file', id: 'dropped-by-test', hidden: true });
    document.body.append(input);
  });
  await page.locator('#dropped-by-test').setInputFiles(path);
  await page.evaluate((target) => {
    const input = document.querySelector<HTMLInputElement>('#dropped-by-test');
    const data = new DataTransfer();
    for (const file of input?.files ?? []) data.items.add(file);
    for (const type of ['dragenter', 'dragover', 'drop']) {
      const event = new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data });
      document.querySelector(target)?.dispatchEvent(event);
    }
    input?.remove();
  }, selector);
}

/** As over a slower line: a loopback is done before anybody could reload. */
export async function slowUploads(page: Page, mibPerSecond: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const uploadThroughput = mibPerSecond * 2 ** 20;
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput,
  });
}
