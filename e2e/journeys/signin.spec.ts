// Signing in.
import { checkA11y } from '../harness/axe.ts';
import { shot } from '../harness/shots.ts';
import { expect, test } from '../harness/test.ts';

test('a wrong password is refused in one sentence, and the identifier stays', async ({ page }) => {
  await page.goto('/auth/signin');
  await page.getByLabel('E-mail ou identifiant').fill('personne@nexus.test');
  await page.getByLabel('Mot de passe').fill('pas le bon');
  await page.getByRole('button', { name: 'Se connecter' }).click();
  await expect(page.getByRole('alert').filter({ hasText: /\S/ })).toHaveCount(1);
  await expect(page.getByLabel('E-mail ou identifiant')).toHaveValue('personne@nexus.test');
  await expect(page.getByLabel('Mot de passe')).toHaveValue('');
  await checkA11y(page);
  await shot(page, 'connexion-refusee');
});

test('a page that needs a person sends to sign-in and back', async ({ page, server }) => {
  const account = await server.account('ELEVE');
  await page.goto('/dashboard/eleve');
  await expect(page).toHaveURL(/signin/);
  await page.getByLabel('E-mail ou identifiant').fill(account.email);
  await page.getByLabel('Mot de passe').fill(account.password);
  await page.getByRole('button', { name: 'Se connecter' }).click();
  await expect(page).toHaveURL(/\/dashboard\/eleve$/);
});
