// Signing people in and out, as they do.
import { expect, type Page } from '@playwright/test';

import type { Account } from './server.ts';

/** Fills in the sign-in form and sends it; `origin` for a server that is not the page's base. */
export async function signIn(page: Page, { email, password }: Account, origin = ''): Promise<void> {
  await page.goto(`${origin}/auth/signin`);
  await page.getByLabel('E-mail ou identifiant').fill(email);
  await page.getByLabel('Mot de passe').fill(password);
  await page.getByRole('button', { name: 'Se connecter' }).click();
  await expect(page, `sign-in of ${email}`).not.toHaveURL(/signin/);
}
