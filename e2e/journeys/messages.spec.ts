// Messages, notifications and mails of the demo school: a parent and the coach of her child talk, in two browsers.
import { type Browser, type BrowserContext } from '@playwright/test';

import { checkA11y, checkFits } from '../harness/axe.ts';
import { signIn } from '../harness/people.ts';
import type { Server } from '../harness/server.ts';
import { shot } from '../harness/shots.ts';
import { expect, type Page, test } from '../harness/test.ts';

/** A second browser of the same kind as the test's own. */
async function second(browser: Browser, server: Server, role: string): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await signIn(page, await server.account(role), server.url);
  return { page, context };
}

async function open(page: Page, server: Server, name: string): Promise<void> {
  await page.goto(`${server.url}/messages/nouveau`);
  await page.getByLabel(/À qui/).fill(name);
  await page.getByRole('button', { name: 'Chercher' }).click();
  await page.locator('#contacts').getByRole('link', { name }).first().click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(name);
}

async function write(page: Page, words: string): Promise<void> {
  await page.getByLabel(/message$/).fill(words);
  await page.getByRole('button', { name: 'Envoyer' }).click();
  await expect(page.locator('#thread').getByText(words)).toBeVisible();
}

test('a parent and the coach of her child write to each other', async ({ page, browser, server }, info) => {
  const stamp = `${info.project.name}-${Date.now()}`;
  const parent = await second(browser, server, 'PARENT');
  await signIn(page, await server.account('COACH'));
  await parent.page.goto(`${server.url}/messages`);
  await checkFits(parent.page);
  await checkA11y(parent.page);
  await parent.page.getByRole('link', { name: 'Hélios' }).click();
  await write(parent.page, `Bonjour, une question ${stamp}`);
  await expect(parent.page.getByLabel('Votre message', { exact: true })).toHaveValue('');

  await page.goto('/dashboard/coach');
  const waiting = page.getByRole('navigation', { name: 'Messages et notifications' });
  await expect(waiting.getByRole('link', { name: /Messages \d+ non lu/ })).toBeVisible();
  await waiting.getByRole('link', { name: /^Messages/ }).click();
  await expect(page.getByText(`Bonjour, une question ${stamp}`)).toBeVisible();
  await checkFits(page);
  await checkA11y(page);
  await shot(page, 'messages');
  await page.getByRole('link', { name: 'Leïla Ben Salah' }).click();
  await expect(page.locator('#thread').getByText(`Bonjour, une question ${stamp}`)).toBeVisible();
  await write(page, `Bonjour Madame ${stamp}`);
  await checkFits(page);
  await checkA11y(page);
  await shot(page, 'conversation');

  // Without scripts the page is read again by hand.
  if (info.project.use.javaScriptEnabled === false) await parent.page.reload();
  await expect(parent.page.locator('#thread').getByText(`Bonjour Madame ${stamp}`)).toBeVisible({ timeout: 4000 });
  await expect(parent.page.getByText(/^Lu à/).or(parent.page.getByText(`Bonjour Madame ${stamp}`)).first()).toBeVisible();
  await parent.context.close();
});

test('a new message raises the number at the top of any open page @js', async ({ page, browser, server }) => {
  const coach = await second(browser, server, 'COACH');
  await signIn(page, await server.account('PARENT'));
  await page.goto('/messages');
  await page.getByRole('link', { name: 'Hélios' }).click();
  await page.goto('/dashboard/parent');
  const badge = page.locator('#unread .count').first();
  const before = (await page.getByRole('link', { name: /^Messages \d/ }).count()) ? await badge.innerText() : '0';
  await page.waitForTimeout(500); // The stream opens once the page has come.
  await open(coach.page, server, 'Leïla Ben Salah');
  await write(coach.page, `Un mot ${Date.now()}`);
  await expect(page.getByRole('link', { name: /^Messages \d/ })).toBeVisible({ timeout: 5000 });
  await expect(badge).not.toHaveText(before);
  await coach.context.close();
});

test('words stay in the box when the connection is lost, and are sent once @js', async ({ page, context, server, complaints }) => {
  await signIn(page, await server.account('ELEVE'));
  await page.goto('/messages');
  await page.getByRole('link', { name: 'Hélios' }).first().click();
  const words = `J’ai une question ${Date.now()}`;
  const box = page.getByLabel('Ton message', { exact: true });
  await box.pressSequentially(words);
  await expect(page.getByText(/Caractères restants/)).toBeVisible();
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Envoyer' }).click();
  await expect(page.locator('.toast')).toBeVisible();
  await expect(box).toHaveValue(words);
  complaints.length = 0; // The lost connection is what this is about.
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Envoyer' }).click();
  await expect(page.locator('#thread').getByText(words)).toHaveCount(1);
  await expect(box).toHaveValue('');
  await page.reload();
  await expect(page.locator('#thread').getByText(words)).toHaveCount(1);
});

test('what keeps itself up to date leaves an error on screen @js', async ({ page, browser, server, complaints }) => {
  const coach = await second(browser, server, 'COACH');
  await open(coach.page, server, 'Leïla Ben Salah');
  await signIn(page, await server.account('PARENT'));
  await page.goto('/messages');
  await page.getByRole('link', { name: 'Hélios' }).click();
  await page.route('**/messages/**', (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()));
  await page.getByLabel('Votre message', { exact: true }).fill('Un mot qui ne part pas');
  await page.getByRole('button', { name: 'Envoyer' }).click();
  await expect(page.locator('.toast')).toBeVisible();
  complaints.length = 0; // The refused request is what this is about.
  const words = `Un mot ${Date.now()}`;
  await write(coach.page, words);
  await expect(page.locator('#thread').getByText(words)).toBeVisible({ timeout: 5000 });
  await expect(page.locator('.toast')).toBeVisible();
  await coach.context.close();
});

test('notifications are read one by one, and mails chosen', async ({ page, server }) => {
  await signIn(page, await server.account('PARENT'));
  await page.goto('/notifications');
  await expect(page.getByRole('heading', { level: 1, name: 'Notifications' })).toBeVisible();
  await checkFits(page);
  await checkA11y(page);
  await shot(page, 'notifications');
  await page.getByRole('link', { name: 'Choisir ce qui arrive par e-mail' }).click();
  await page.getByLabel('Résultats et bilans').selectOption({ label: 'Une fois par jour, le soir, tout ensemble' });
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(page.getByText('C’est enregistré.')).toBeVisible();
  await expect(page.getByLabel('Résultats et bilans')).toHaveValue('DAILY');
  await checkFits(page);
  await checkA11y(page);
  await shot(page, 'notifications-reglages');
});

test('one chooses whom to write to among one’s contacts', async ({ page, server }) => {
  await signIn(page, await server.account('ELEVE'));
  await page.goto('/messages/nouveau');
  await checkFits(page);
  await checkA11y(page);
  await shot(page, 'messages-nouveau');
  await page.getByLabel(/À qui/).fill('personne de ce nom');
  await page.getByRole('button', { name: 'Chercher' }).click();
  await expect(page.getByText('Personne à ce nom')).toBeVisible();
});

test('the desk sees what was mailed', async ({ page, server }) => {
  await signIn(page, await server.account('ASSISTANTE'));
  await page.goto('/admin/outbox');
  await expect(page.getByRole('heading', { level: 1, name: 'E-mails' })).toBeVisible();
  await checkFits(page);
  await checkA11y(page);
  await shot(page, 'e-mails');
  await page.getByRole('link', { name: 'Échec' }).click();
  await expect(page.getByText('Aucun e-mail n’a échoué.')).toBeVisible();
});
