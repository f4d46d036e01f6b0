// Every role's landing page, in the demo school.
import { checkA11y, checkFits } from '../harness/axe.ts';
import { signIn } from '../harness/people.ts';
import { shot } from '../harness/shots.ts';
import { expect, test } from '../harness/test.ts';

const LANDINGS = { ELEVE: 'eleve', PARENT: 'parent', COACH: 'coach', ASSISTANTE: 'assistante', ADMIN: 'admin' };

for (const [role, name] of Object.entries(LANDINGS)) {
  test(`${role} lands on a page of their own`, async ({ page, server }) => {
    await signIn(page, await server.account(role));
    await expect(page).toHaveURL(new RegExp(`/dashboard/${name}$`));
    await checkFits(page);
    await checkA11y(page);
    await shot(page, `tableau-${name}`);
  });
}

test('the directeur sees the cohort', async ({ page, server }) => {
  await signIn(page, await server.account('ADMIN'));
  await page.goto('/admin/directeur');
  await checkFits(page);
  await checkA11y(page);
  await shot(page, 'directeur');
});

test('the admin follows the number of a month to its accounts, and narrows the feed', async ({ page, server }) => {
  await signIn(page, await server.account('ADMIN'));
  await page.getByRole('link', { name: /^[\d\s]+ comptes?$/ }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Activité' })).toBeVisible();
  await expect(page.getByText('nouveau compte').first()).toBeVisible();
  await page.getByLabel('Type').selectOption('Évaluations');
  await page.getByLabel('Du').fill('');
  await page.getByRole('button', { name: 'Afficher' }).click();
  await expect(page.getByText('a terminé').first()).toBeVisible();
  await checkFits(page);
  await checkA11y(page);
  await shot(page, 'activite');
});

test('a student finds their last result from their own page', async ({ page, server }) => {
  await signIn(page, await server.account('ELEVE'));
  await page.locator('a[href*="/result"]').first().click();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByText('tu es ici').first()).toBeVisible();
  await checkFits(page);
  await checkA11y(page);
  await shot(page, 'resultat');
});
