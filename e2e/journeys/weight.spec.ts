// Pages are light: what a phone really receives, compressed (decision 20 and the look's promises).
import { beginAssessment, newFamily } from '../harness/assessment.ts';
import { expect, type Page, test } from '../harness/test.ts';

const KB = 1000;

/** Bytes of the page itself, and of all that came with it. */
async function weigh(page: Page, visit: () => Promise<unknown>): Promise<{ html: number; all: number }> {
  const sizes: Promise<{ type: string; bytes: number }>[] = [];
  page.on('requestfinished', (request) => {
    const size = request.sizes().then((each) => ({
      type: request.resourceType(),
      bytes: each.responseBodySize + each.responseHeadersSize,
    }));
    sizes.push(size);
  });
  await visit();
  await page.waitForLoadState('networkidle');
  const each = await Promise.all(sizes);
  const sum = (parts: typeof each) => parts.reduce((total, { bytes }) => total + bytes, 0);
  return { html: sum(each.filter(({ type }) => type === 'document')), all: sum(each) };
}

for (const path of ['/', '/bilan-gratuit', '/auth/signin']) {
  test(`the first view of ${path} weighs at most 60 kB, its HTML 14 kB @once`, async ({ page }) => {
    const { html, all } = await weigh(page, () => page.goto(path));
    expect(html).toBeLessThanOrEqual(14 * KB);
    expect(all).toBeLessThanOrEqual(60 * KB);
  });
}

test('a question weighs at most 60 kB at first, its HTML 14 kB, and the next one 15 kB in all @once', async ({ page, context }) => {
  await beginAssessment(page, newFamily('Mathématiques'));
  const address = page.url();
  const fresh = await context.newPage();
  const session = await context.newCDPSession(fresh);
  await session.send('Network.clearBrowserCache');
  const first = await weigh(fresh, () => fresh.goto(address));
  expect(first.html).toBeLessThanOrEqual(14 * KB);
  expect(first.all).toBeLessThanOrEqual(60 * KB);
  const next = await weigh(page, () => page.goto(address.replace(/1$/, '2')));
  expect(next.all).toBeLessThanOrEqual(15 * KB);
});
