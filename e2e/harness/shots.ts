// Pictures of pages for people to look at: e2e/shots/PROJECT/NAME.png (not committed).
import { join } from 'node:path';

import { type Page, test } from '@playwright/test';

/** Takes the whole page, not only what the screen shows. */
export async function shot(page: Page, name: string): Promise<void> {
  const folder = join(import.meta.dirname, '../shots', test.info().project.name);
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true, animations: 'disabled' });
  // Hiding the caret leaves empty style attributes, which htmx would copy and the policy refuse.
  await page.evaluate(() => document.querySelectorAll('[style=""]').forEach((one) => one.removeAttribute('style')));
}
