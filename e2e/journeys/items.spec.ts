// The quality of questions and the forms that exist, as the staff and the coaches see them, in the demo school.
import { readFile } from 'node:fs/promises';

import { checkA11y, checkFits } from '../harness/axe.ts';
import { signIn } from '../harness/people.ts';
import { shot } from '../harness/shots.ts';
import { expect, type Page, test } from '../harness/test.ts';

/** A page that people see: nothing beside the screen, nothing that axe finds, a picture. */
async function look(page: Page, name: string): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await checkFits(page);
  await checkA11y(page);
  await shot(page, name);
}

/** The first night's figures are made when the server starts: here we wait for them. */
async function measured(page: Page): Promise<void> {
  await expect(async () => {
    await page.goto('/admin/questions');
    await expect(page.getByText('Mesure terminée')).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 30_000 });
}

test('the admin finds what to review, from the bank to the question', async ({ page, server }) => {
  await signIn(page, await server.account('ADMIN'));
  await measured(page);
  await page.goto('/admin/directeur');
  await page.getByRole('link', { name: 'Qualité des questions' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Qualité des questions' })).toBeVisible();
  await look(page, 'questions-1-liste');

  await page.locator('a[href="/admin/questions/maths_terminale_spe_v1"]').click();
  await expect(page.getByRole('heading', { name: 'Toutes les questions' })).toBeVisible();
  await look(page, 'questions-2-questionnaire');
  await page.getByRole('link', { name: 'Réussite', exact: true }).click();
  await expect(page.locator('th[aria-sort=ascending]')).toHaveText('Réussite');

  await page.locator('#questions tbody a').first().click();
  await expect(page.getByRole('heading', { name: 'Ce que les élèves ont choisi' })).toBeVisible();
  await look(page, 'questions-3-question');
  await page.getByRole('link', { name: /^Question \d+$/ }).first().click();
  await expect(page.getByRole('heading', { name: 'L’explication' })).toBeVisible();
});

test('the admin has the figures made again', async ({ page, server }) => {
  await signIn(page, await server.account('ADMIN'));
  await measured(page);
  await page.getByRole('button', { name: 'Recalculer maintenant' }).click();
  await expect(page).toHaveURL(/\/admin\/questions/);
  await measured(page);
});

test('the table is exported for a spreadsheet @once', async ({ page, server }) => {
  await signIn(page, await server.account('ASSISTANTE'));
  await page.goto('/admin/questions/maths_terminale_spe_v1');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Exporter le tableau (CSV)' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('questions-maths_terminale_spe_v1.csv');
  const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n');
  expect(lines).toHaveLength(51);
  expect(lines[0]).toContain('Discrimination;');
});

test('a coach sees which forms exist and which are missing', async ({ page, server }) => {
  await signIn(page, await server.account('COACH'));
  await page.goto('/admin/formes');
  await expect(page.getByRole('heading', { name: 'Ce qui manque' })).toBeVisible();
  await look(page, 'formes');
  await page.locator('a[href^="/admin/questions/"]').first().click();
  await expect(page.getByRole('heading', { name: 'Toutes les questions' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Recalculer maintenant' })).toHaveCount(0);
});
