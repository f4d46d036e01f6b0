// The main journey: a family takes the free assessment and reads an honest result.
import {
  answerAll,
  assessmentId,
  atQuestion,
  beginAssessment,
  choose,
  fillParent,
  fillStudent,
  goOn,
  newFamily,
  options,
  questionCount,
} from '../harness/assessment.ts';
import { checkA11y, checkFits } from '../harness/axe.ts';
import { slowNetwork } from '../harness/network.ts';
import { shot } from '../harness/shots.ts';
import { expect, type Page, test } from '../harness/test.ts';

/** A page that people see: nothing beside the screen, nothing that axe finds, a picture. */
async function look(page: Page, name: string): Promise<void> {
  await checkFits(page);
  await checkA11y(page);
  await shot(page, name);
}

test('a family takes the free assessment and reads the result', async ({ page, server }) => {
  test.slow();
  const family = newFamily();
  await page.goto('/');
  await page.getByRole('link', { name: 'Commencer le bilan gratuit' }).first().click();
  await expect(page.getByRole('button', { name: 'Continuer' })).toBeVisible();
  await look(page, 'bilan-1-parent');
  await fillParent(page, family);
  await page.getByRole('button', { name: 'Continuer' }).click();
  await expect(page.getByRole('heading', { name: 'Votre enfant' })).toBeVisible();
  await look(page, 'bilan-2-eleve');
  await fillStudent(page, family);
  await page.getByRole('button', { name: 'Passer aux questions' }).click();
  await expect(page.getByRole('button', { name: 'Commencer' })).toBeVisible();
  await look(page, 'bilan-3-avant');
  await page.getByRole('button', { name: 'Commencer' }).click();

  await atQuestion(page, 1);
  await look(page, 'bilan-4-question');
  const count = await questionCount(page);
  await answerAll(page, 1, 4);
  await atQuestion(page, 5);
  // A reload in the middle, and a look back.
  await page.reload();
  await atQuestion(page, 5);
  await page.getByRole('link', { name: 'Question précédente' }).click();
  await atQuestion(page, 4);
  await expect(options(page).nth(4)).toBeChecked();
  await goOn(page);
  await atQuestion(page, 5);
  await goOn(page); // left open
  await answerAll(page, 6, count);

  await expect(page.getByRole('heading', { name: 'Avant d’envoyer' })).toBeVisible();
  await expect(page.getByText('Il reste une question sans réponse')).toBeVisible();
  await look(page, 'bilan-5-avant-envoi');
  await page.getByRole('button', { name: 'Envoyer mes réponses' }).click();

  await expect(page).toHaveURL(/\/result$/, { timeout: 30_000 });
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await look(page, 'bilan-6-resultat');
  expect((await server.mails()).filter((mail) => mail.to.includes(family.parent.email))).not.toEqual([]);
});

test('fifty questions of mathematics, with their formulas @once', async ({ page }) => {
  test.slow();
  await beginAssessment(page, newFamily('Mathématiques'));
  expect(await questionCount(page)).toBe(50);
  await shot(page, 'maths-question');
  await answerAll(page, 1, 50);
  await page.getByRole('button', { name: 'Envoyer mes réponses' }).click();
  await expect(page).toHaveURL(/\/result$/, { timeout: 30_000 });
  await look(page, 'maths-resultat');
});

test('thirty-six questions of NSI, with their code as it is written @once', async ({ page }) => {
  test.slow();
  await beginAssessment(page, newFamily('NSI'));
  expect(await questionCount(page)).toBe(36);
  const code = page.getByRole('group', { name: 'Code Python' });
  await expect(code).toContainText('    def reduit(self, taux):\n        return self.prix * (1 - taux)\n\nb = ');
  await code.focus();
  await expect(code).toBeFocused();
  await look(page, 'nsi-question');
  await answerAll(page, 1, 2);
  await atQuestion(page, 3);
  // Options that are code: no wider than the screen, and a tap on them chooses.
  await expect(page.locator('.options code').first()).toContainText(':\n    return ');
  await look(page, 'nsi-question-options');
  await answerAll(page, 3, 36);
  await page.getByRole('button', { name: 'Envoyer mes réponses' }).click();
  await expect(page).toHaveURL(/\/result$/, { timeout: 30_000 });
  await look(page, 'nsi-resultat');
  await page.getByRole('link', { name: 'Voir les questions et les explications' }).click();
  await expect(page.getByRole('heading', { name: 'Question par question' })).toBeVisible();
  for (const number of [3, 21]) await page.locator('.answer > summary').nth(number - 1).click();
  await look(page, 'nsi-questions');
});

test('a refused form says what to correct and keeps what was typed', async ({ page }) => {
  const family = newFamily();
  family.parent.phone = 'appelez le soir';
  await page.goto('/bilan-gratuit');
  await fillParent(page, family);
  await page.getByRole('button', { name: 'Continuer' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'À corriger' })).toBeVisible();
  await expect(page.getByLabel('Votre e-mail')).toHaveValue(family.parent.email);
  await look(page, 'bilan-refuse');
});

test('an assessment is taken up again in another window', async ({ page, context }) => {
  await beginAssessment(page);
  await answerAll(page, 1, 2);
  await atQuestion(page, 3);
  const id = assessmentId(page);
  await page.close();
  const other = await context.newPage();
  await other.goto(`/assessments/${id}`);
  await atQuestion(other, 3);
});

test('somebody else does not see it', async ({ page, browser, baseURL }) => {
  await beginAssessment(page);
  const stranger = await browser.newContext({ baseURL });
  const response = await (await stranger.newPage()).goto(`/assessments/${assessmentId(page)}/questions/1`);
  expect(response?.status()).toBe(404);
  await stranger.close();
});

test('letters choose, Enter goes on, and both can be switched off @js', async ({ page, isMobile }) => {
  test.skip(isMobile, 'phones have no keyboard, and do not show the switch');
  await beginAssessment(page);
  await page.keyboard.press('c');
  await expect(options(page).nth(2)).toBeChecked();
  await page.keyboard.press('n');
  await expect(options(page).nth(4)).toBeChecked();
  await page.keyboard.press('Enter');
  await atQuestion(page, 2);
  await page.getByLabel(/Raccourcis du clavier/).uncheck();
  await page.getByRole('heading', { level: 1 }).focus();
  await page.keyboard.press('b');
  await expect(options(page).nth(1)).not.toBeChecked();
});

test('the connection drops: the page says so, and the answer is saved when it is back @js', async ({ page, context, complaints }) => {
  await beginAssessment(page);
  const state = page.locator('.save-state');
  await choose(page, 0);
  await expect(state).toHaveText('enregistré');
  await context.setOffline(true);
  await choose(page, 1);
  await expect(state).toContainText('non enregistré');
  await context.setOffline(false);
  await expect(state).toHaveText('enregistré', { timeout: 15_000 });
  await page.reload();
  await expect(options(page).nth(1)).toBeChecked();
  complaints.length = 0; // the browser reports the requests that failed
});

test('it works at 400 kbit/s with 400 ms of latency @once', async ({ page }) => {
  test.slow();
  await slowNetwork(page);
  await beginAssessment(page);
  await answerAll(page, 1, 2);
  await atQuestion(page, 3);
});
