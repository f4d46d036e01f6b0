// What a student learns: the skill map, progression, badges; read by the student, a parent and the staff.
import type { Browser } from '@playwright/test';

import { checkA11y, checkFits } from '../harness/axe.ts';
import { signIn } from '../harness/people.ts';
import type { Server } from '../harness/server.ts';
import { shot } from '../harness/shots.ts';
import { expect, type Page, test } from '../harness/test.ts';

const PAGES = { competences: 'Mes compétences', progression: 'Ma progression', badges: 'Tes badges' };

async function look(page: Page, name: string): Promise<void> {
  await checkFits(page);
  await checkA11y(page);
  await shot(page, name);
}

test('a student reads what is known, what comes next, the progress and the badges', async ({ page, server }) => {
  await signIn(page, await server.account('ELEVE'));
  for (const [path, title] of Object.entries(PAGES)) {
    await page.goto(`/${path}`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
    await look(page, `apprendre-${path}`);
  }
});

test('the map leads from a picture to the skill and its advice', async ({ page, server }) => {
  await signIn(page, await server.account('ELEVE'));
  await page.goto('/competences?matiere=MATHS');
  await expect(page.getByRole('heading', { name: 'À apprendre ensuite' })).toBeVisible();
  await expect(page.getByRole('img', { name: /Compétences de/ }).first()).toBeVisible();
  const next = page.locator('ol a[href^="#"]').first();
  const tag = (await next.getAttribute('href')) ?? '';
  await next.click();
  await expect(page.locator(tag)).toBeInViewport();
  await page.getByRole('link', { name: 'Progression' }).first().click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Ma progression');
  await expect(page.getByRole('img', { name: /Score standardisé/ }).first()).toBeVisible();
});

test('a parent reads the same of a child, and of nobody else’s', async ({ page, server, browser }) => {
  await signIn(page, await server.account('PARENT'));
  const answer = await page.request.get('/api/me/next-step');
  expect((await answer.json()) as object).toMatchObject({ success: true });
  const student = await studentOf(browser, server);
  for (const path of Object.keys(PAGES)) {
    await page.goto(`/eleves/${student}/${path}`);
    await expect(page.getByRole('heading', { level: 1 })).toContainText('de Yassine');
    await look(page, `parent-${path}`);
  }
  const other = await page.goto('/eleves/00000000-0000-4000-8000-000000000000/competences');
  expect(other?.status()).toBe(404);
});

test('the admin sees how good the projections are', async ({ page, server }) => {
  await signIn(page, await server.account('ADMIN'));
  await page.goto('/admin/projections');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Projections');
  await look(page, 'projections');
});

/** The id of the student of the demo school, as the site tells it to the student's own browser. */
async function studentOf(browser: Browser, server: Server): Promise<string> {
  const context = await browser.newContext({ baseURL: server.url });
  try {
    const page = await context.newPage();
    await signIn(page, await server.account('ELEVE'));
    const session = (await (await page.request.get('/api/auth/session')).json()) as { user: { id: string } };
    return session.user.id;
  } finally {
    await context.close();
  }
}
