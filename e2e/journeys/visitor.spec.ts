// What everybody sees before signing in.
import { checkA11y, checkFits } from '../harness/axe.ts';
import { shot } from '../harness/shots.ts';
import { expect, test } from '../harness/test.ts';

const PAGES = {
  '/': 'accueil',
  '/bilan-gratuit': 'bilan-gratuit',
  '/auth/signin': 'connexion',
  '/mentions-legales': 'mentions-legales',
  '/conditions': 'conditions',
  '/confidentialite': 'confidentialite',
};

for (const [path, name] of Object.entries(PAGES)) {
  test(`${path} is readable by everyone`, async ({ page }) => {
    const response = await page.goto(path);
    expect(response?.status()).toBe(200);
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
    await checkFits(page);
    await checkA11y(page);
    await shot(page, name);
  });

  test(`${path} is readable in the dark @once`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.goto(path);
    await checkA11y(page);
    await shot(page, `${name}-sombre`);
  });

  test(`${path} needs no sideways scrolling at 400 % of zoom @once`, async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 256 });
    await page.goto(path);
    await checkFits(page);
  });
}

test('a page that does not exist says so and shows the way home', async ({ page }) => {
  const response = await page.goto('/nulle-part');
  expect(response?.status()).toBe(404);
  await checkFits(page);
  await checkA11y(page);
  await shot(page, 'introuvable');
});
