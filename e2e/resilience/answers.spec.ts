// The app or its database goes away while students answer: nothing acknowledged is lost, the page says what happens,
// everything recovers alone.
import { rename } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Page } from '@playwright/test';

import { answerAll, assessmentId, atQuestion, beginAssessment, choose, goOn, newFamily, options } from '../harness/assessment.ts';
import { checkA11y } from '../harness/axe.ts';
import { submit } from '../harness/contract.ts';
import { signIn } from '../harness/people.ts';
import { shot } from '../harness/shots.ts';
import { expect, lone as test } from '../harness/test.ts';

test('the app killed with -9 between answers loses none, and the page recovers alone', async ({
  page,
  startServer,
  complaints,
}) => {
  const server = await startServer();
  await beginAssessment(page, newFamily(), server.url);
  const state = page.locator('.save-state');
  await answerAll(page, 1, 3);
  await atQuestion(page, 4);
  await choose(page, 1);
  await expect(state).toHaveText('enregistré');

  await server.kill9();
  await choose(page, 2);
  await expect(state).toContainText('non enregistré');
  await shot(page, 'non-enregistre');
  await server.restart();
  await expect(state).toHaveText('enregistré', { timeout: 20_000 });

  await page.reload();
  await expect(options(page).nth(2)).toBeChecked();
  for (const [number, place] of [[3, 3], [2, 2], [1, 1]] as const) {
    await page.getByRole('link', { name: 'Question précédente' }).click();
    await atQuestion(page, number);
    await expect(options(page).nth(place), `question ${number}`).toBeChecked();
  }
  complaints.length = 0; // the browser reports the requests that failed
});

/** Goes on as a student does: where a message says that the service is away for a moment, once more. */
async function goOnAgain(page: Page, number: number): Promise<void> {
  await expect(async () => {
    const title = page.getByRole('heading', { level: 1 });
    if ((await title.textContent())?.includes(`Question ${number} `)) await goOn(page);
    await expect(title).toContainText(`Question ${number + 1} `, { timeout: 6_000 });
  }).toPass({ timeout: 30_000 });
}

test('the database killed between answers loses none', async ({ page, startServer, complaints }) => {
  const server = await startServer();
  await beginAssessment(page, newFamily(), server.url);
  const state = page.locator('.save-state');
  for (const number of [1, 2, 3, 4]) {
    await atQuestion(page, number);
    await choose(page, number);
    await expect(state).toHaveText('enregistré', { timeout: 20_000 });
    if (number % 2 === 1) await server.killDatabase();
    await server.ready();
    await goOnAgain(page, number);
  }
  await page.goto(`${server.url}/assessments/${assessmentId(page)}/questions/1`);
  for (const number of [1, 2, 3, 4]) {
    await atQuestion(page, number);
    await expect(options(page).nth(number), `question ${number}`).toBeChecked();
    await goOn(page);
  }
  await atQuestion(page, 5);
  complaints.length = 0;
});

test('the database restarted again and again under load: every acknowledged result is there', async ({ startServer }) => {
  const server = await startServer({ RATE_LIMITS: 'off' });
  const acknowledged: string[] = [];
  const refused = new Set<number>();
  const until = Date.now() + 15_000;
  const family = async (name: string) => {
    for (let number = 0; Date.now() < until; number += 1) {
      const { status, id } = await submit(server.url, `${name}${number}@nexus.test`);
      if (id) acknowledged.push(id);
      else refused.add(status);
    }
  };
  const trouble = async () => {
    while (Date.now() < until - 5_000) {
      await sleep(2_500);
      await server.killDatabase();
      await server.ready();
    }
  };
  await Promise.all([family('a'), family('b'), family('c'), family('d'), trouble()]);

  expect(acknowledged.length).toBeGreaterThan(20);
  expect([...refused].filter((status) => status !== 503), 'refused with another word than "later"').toEqual([]);
  for (const id of acknowledged) {
    const response = await fetch(`${server.url}/api/assessments/${id}/result`);
    expect(response.status, id).toBe(200);
  }
});

test('the database is away: readiness and pages say so, and all comes back alone', async ({ page, startServer, complaints }) => {
  const server = await startServer();
  await signIn(page, await server.createAdmin(), server.url);
  const data = await server.databaseFolder();
  // As when its disk goes: it cannot be started again until the folder is back.
  await rename(data, `${data}.away`);
  await server.killDatabase(`${data}.away`);
  await expect.poll(async () => (await fetch(`${server.url}/api/health/ready/`)).status, { timeout: 20_000 }).toBe(503);
  expect((await fetch(`${server.url}/api/health/live/`)).status).toBe(200);
  expect((await page.reload())?.status()).toBe(503);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await checkA11y(page);
  await shot(page, 'base-absente');

  await rename(`${data}.away`, data);
  await server.ready();
  expect((await page.reload())?.status()).toBe(200);
  await expect(page).toHaveURL(/\/dashboard\/admin$/);
  complaints.length = 0;
});
