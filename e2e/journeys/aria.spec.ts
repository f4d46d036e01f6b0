// The tutor: a student asks, reads the answer while it is written, and checks it on the document that it cites.
import { checkA11y, checkFits } from '../harness/axe.ts';
import { type Asked, ModelServer } from '../harness/model.ts';
import { signIn } from '../harness/people.ts';
import type { Env, Server } from '../harness/server.ts';
import { shot } from '../harness/shots.ts';
import { expect, lone as test, type Page } from '../harness/test.ts';

const withModel = (model: ModelServer): Env => ({ DEMO: '1', OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-test' });

/** The tag of the first passage that the model was given. */
const tag = (asked: Asked): string => /\[\[(\w+)\]\]/.exec(asked.messages.at(-1)?.content ?? '')?.[1] ?? 'none';

/** A good tutor's answer: formulas, a list, a citation; and two that cannot be checked. */
const answer = (asked: Asked): string =>
  `On passe d’un terme au suivant en **ajoutant la raison** [[${tag(asked)}]].\n\n$$u_{n+1} = u_n + r$$\n\n` +
  `Essaie d’abord : que vaut $u_3$ si $u_0 = 2$ et $r = 5$ ?\n\n- calcule $u_1$\n- puis $u_2$\n\n` +
  `« Cette phrase n’est dans aucun document » [[zzzzz]]. Qu’as-tu trouvé ?`;

/** The starter library is imported by a job. */
async function library(server: Server): Promise<void> {
  await expect.poll(async () => /39 document/.test(await server.command(['doctor'])), { timeout: 90_000 }).toBe(true);
}

async function ask(page: Page, question: string): Promise<void> {
  await page.getByLabel('Ta question').fill(question);
  await page.getByRole('button', { name: 'Demander', exact: true }).click();
}

test('a student asks, reads the answer and checks it on the document', async ({ page, startServer }) => {
  test.setTimeout(150_000);
  const model = await ModelServer.start('good');
  model.speech = { words: answer, pause: 10 };
  const server = await startServer(withModel(model));
  await library(server);
  await signIn(page, await server.account('ELEVE'), server.url);
  await page.goto(`${server.url}/dashboard/eleve/aria`);
  await checkFits(page);
  await checkA11y(page);
  await shot(page, 'aria-accueil');
  await ask(page, 'c’est quoi la raison d’une suite arithmétique ?');
  const reply = page.locator('.reply').last();
  await expect(reply.getByText('Qu’as-tu trouvé ?')).toBeVisible({ timeout: 20_000 });
  await expect(reply.locator('math').first()).toBeVisible();
  await expect(reply.getByText('citation retirée')).toBeVisible();
  await expect(reply).not.toContainText('zzzzz');
  await checkFits(page);
  await checkA11y(page);
  await shot(page, 'aria-reponse');
  if (test.info().project.name.endsWith('-js')) {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await reply.getByRole('button', { name: 'Copier la réponse' }).click();
    await expect(page.locator('#status')).toHaveText('Réponse copiée.');
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toContain('$u_{n+1} = u_n + r$');
    expect(copied).not.toContain('Source');
    // Indices are below their letters, also without a font for mathematics, as on most phones.
    const [letter, index] = await reply.locator('msub').first().evaluate((one) => [...one.children].map((part) => part.getBoundingClientRect().bottom));
    expect(index! - letter!).toBeGreaterThan(2);
  }
  await reply.getByRole('button', { name: 'Réponse pas utile' }).click();
  await page.getByRole('button', { name: 'Ce n’est pas clair' }).click();
  await expect(page.getByRole('button', { name: 'Réponse pas utile' })).toHaveAttribute('aria-pressed', 'true');
  await page.locator('.reply .cite').first().click();
  await expect(page.locator('.passage').first()).toBeVisible();
  await checkFits(page);
  await checkA11y(page);
  await shot(page, 'aria-citation');
  await model.stop();
});

test('the network drops in the middle: the answer is there once, whole, when it comes back @js', async ({ page, context, startServer, complaints }) => {
  const model = await ModelServer.start('good');
  const words = Array.from({ length: 120 }, (_, at) => `mot${at}`).join(' ') + '.';
  model.speech = { words: () => words, pause: 60 };
  const server = await startServer(withModel(model));
  await signIn(page, await server.account('ELEVE'), server.url);
  await page.goto(`${server.url}/dashboard/eleve/aria`);
  await ask(page, 'Raconte');
  await expect(page.getByText('mot8')).toBeVisible();
  await shot(page, 'aria-en-cours');
  await context.setOffline(true);
  await expect(page.getByText('Connexion perdue.')).toBeVisible();
  await shot(page, 'aria-sans-reseau');
  await page.waitForTimeout(2500);
  await context.setOffline(false);
  await expect(page.locator('.reply [data-text]')).toHaveText(words, { timeout: 30_000 });
  await page.reload();
  await expect(page.locator('.reply [data-text]')).toHaveText(words);
  complaints.length = 0; // the browser says that it was offline
  await model.stop();
});

test('what is stopped stays as it was @js', async ({ page, startServer }) => {
  const model = await ModelServer.start('good');
  model.speech = { words: () => 'un deux trois quatre cinq six sept huit neuf dix '.repeat(40), pause: 60 };
  const server = await startServer(withModel(model));
  await signIn(page, await server.account('ELEVE'), server.url);
  await page.goto(`${server.url}/dashboard/eleve/aria`);
  await ask(page, 'Compte');
  await expect(page.getByText('un deux trois')).toBeVisible();
  await page.getByRole('button', { name: 'Arrêter' }).click();
  await expect(page.getByText('Réponse arrêtée.')).toBeVisible();
  await expect(page.locator('.reply [data-text]')).toContainText('un deux trois');
  await model.stop();
});

test('a student asks from any page, in a panel beside it @js', async ({ page, startServer }) => {
  const model = await ModelServer.start('good');
  model.speech = { words: () => 'Voici un **indice** : regarde la définition.', pause: 20 };
  const server = await startServer(withModel(model));
  await signIn(page, await server.account('ELEVE'), server.url);
  await page.goto(`${server.url}/progression`);
  await page.getByRole('link', { name: 'Demander à ARIA' }).click();
  const panel = page.locator('#panel');
  await expect(panel.getByLabel('Ta question')).toBeVisible();
  await shot(page, 'aria-panneau');
  await checkA11y(page);
  await panel.getByLabel('Ta question').fill('Un indice ?');
  await panel.getByRole('button', { name: 'Demander' }).click();
  await expect(panel.locator('strong', { hasText: 'indice' })).toBeVisible();
  await expect(page).toHaveURL(/progression$/);
  await shot(page, 'aria-panneau-reponse');
  await panel.getByRole('button', { name: 'Fermer' }).click();
  await expect(panel).toBeHidden();
  await model.stop();
});

/** What has the focus. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => document.activeElement?.id || document.activeElement?.tagName || '');

test('a question that is refused says why in its form, and nowhere else @js', async ({ page, startServer }) => {
  const model = await ModelServer.start('good');
  const server = await startServer(withModel(model));
  await signIn(page, await server.account('ELEVE'), server.url);
  await page.goto(`${server.url}/dashboard/eleve/aria`);
  await ask(page, '   ');
  await expect(page.locator('#question-error')).toHaveText('Écris ta question');
  await expect.poll(() => focused(page)).toBe('question');
  await server.sql('update aria_limits set per_day = 1');
  await ask(page, 'Une première ?');
  await expect(page.locator('.reply [data-text]')).toBeVisible();
  await ask(page, 'Une de plus ?');
  await expect(page.getByText('toutes tes questions du jour')).toHaveCount(1);
  await expect(page.getByLabel('Ta question')).toHaveValue('Une de plus ?');
  await expect(page.locator('.toast')).toHaveCount(0);
  await checkA11y(page);
  await shot(page, 'aria-limite');
  await model.stop();
});

test('one long word widens no page', async ({ page, startServer }) => {
  test.setTimeout(120_000);
  const server = await startServer({ DEMO: '1', LLM_MODE: 'off' });
  await library(server);
  await server.sql("update library_documents set title = repeat('w', 150) where id in (select id from library_documents order by id limit 3)");
  await signIn(page, await server.account('ELEVE'), server.url);
  await page.goto(`${server.url}/dashboard/eleve/aria`);
  await ask(page, 'x'.repeat(1500));
  await expect(page.locator('.reply [data-text]')).toBeVisible();
  await checkFits(page);
  await shot(page, 'aria-long');
  for (const path of ['/dashboard/eleve/aria', '/bibliotheque']) {
    await page.goto(server.url + path);
    await checkFits(page);
    await shot(page, `long${path.replaceAll('/', '-')}`);
  }
  await page.context().clearCookies();
  await signIn(page, await server.account('ADMIN'), server.url);
  for (const path of ['/admin/rag', '/admin/aria/reponses']) {
    await page.goto(server.url + path);
    await checkFits(page);
    await shot(page, `long${path.replaceAll('/', '-')}`);
  }
});

test('a question that is not sent yet outlives the session and a reload, and no sign-out @js', async ({ page, startServer, complaints }) => {
  const server = await startServer({ DEMO: '1', LLM_MODE: 'off' });
  const home = `${server.url}/dashboard/eleve/aria`;
  const account = await server.account('ELEVE');
  const question = page.getByLabel('Ta question');
  await signIn(page, account, server.url);
  await page.goto(home);
  await page.context().clearCookies();
  await ask(page, 'Ma longue question');
  await expect(page).toHaveURL(/signin/);
  complaints.length = 0; // the page listened for news of a session that had ended
  await signIn(page, account, server.url);
  await page.goto(home);
  await expect(question).toHaveValue('Ma longue question');
  await page.reload();
  await expect(question).toHaveValue('Ma longue question');
  await page.getByRole('button', { name: 'Demander' }).click();
  await expect(page.locator('.reply [data-text]')).toBeVisible();
  await page.goto(home);
  await expect(question).toHaveValue('');
  await question.fill('Un secret');
  await page.getByRole('button', { name: 'Se déconnecter' }).click();
  await expect(page.getByRole('button', { name: 'Se déconnecter' })).toBeHidden();
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
});

test('the focus is never lost, and Back leads to where one was before @js', async ({ page, startServer }) => {
  const model = await ModelServer.start('good');
  model.speech = { words: () => 'un deux trois quatre cinq six. '.repeat(20), pause: 40 };
  const server = await startServer(withModel(model));
  const home = `${server.url}/dashboard/eleve/aria`;
  await signIn(page, await server.account('ELEVE'), server.url);
  await page.goto(home);
  await ask(page, 'Compte');
  await expect(page.getByText('un deux trois').first()).toBeVisible();
  expect(await focused(page)).toBe('ask');
  await page.getByRole('button', { name: 'Arrêter' }).click();
  await expect(page.getByText('Réponse arrêtée.')).toBeVisible();
  expect(await focused(page)).not.toBe('BODY');
  model.speech = { words: () => 'Oui.', pause: 0 };
  await ask(page, 'Encore');
  await expect(page.locator('.reply [data-text]')).toHaveCount(2);
  const bad = page.getByRole('button', { name: 'Réponse pas utile' }).last();
  await bad.click();
  await page.getByRole('button', { name: 'C’est faux' }).click();
  await expect(page.locator('#status')).toHaveText('Merci, c’est noté : « C’est faux ».');
  expect(await focused(page)).not.toBe('BODY');
  await page.goBack();
  await expect(page).toHaveURL(home);
  await page.locator('.rows a').first().click();
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('ARIA');
  expect(await focused(page)).not.toBe('BODY');
  await page.getByText('Renommer ou supprimer').click();
  await page.getByText('Supprimer la conversation').click();
  await page.getByRole('button', { name: 'Supprimer pour toujours' }).click();
  await expect(page.getByText('La conversation est supprimée.').last()).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('ARIA');
  await page.goto(`${server.url}/progression`);
  await page.getByRole('link', { name: 'Demander à ARIA' }).click();
  await expect.poll(() => focused(page)).toBe('question');
  await page.keyboard.press('Escape');
  await expect(page.locator('#panel')).toBeHidden();
  await model.stop();
});

test('an answer that is stopped without a network stops when there is one again @js', async ({ page, context, startServer, complaints }) => {
  const model = await ModelServer.start('good');
  model.speech = { words: () => 'un deux trois quatre cinq six sept huit neuf dix '.repeat(80), pause: 60 };
  const server = await startServer(withModel(model));
  await signIn(page, await server.account('ELEVE'), server.url);
  await page.goto(`${server.url}/dashboard/eleve/aria`);
  await ask(page, 'Compte');
  await expect(page.getByText('un deux trois')).toBeVisible();
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Arrêter' }).click();
  await expect(page.locator('.reply').getByText('l’arrêt partira dès qu’il reviendra')).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText('Réponse arrêtée.')).toBeVisible();
  complaints.length = 0; // the browser says that it was offline
  await model.stop();
});

test('without a model the passages of the library answer', async ({ page, startServer }) => {
  test.setTimeout(120_000);
  const server = await startServer({ DEMO: '1', LLM_MODE: 'off' });
  await library(server);
  await signIn(page, await server.account('ELEVE'), server.url);
  await page.goto(`${server.url}/dashboard/eleve/aria`);
  await ask(page, 'calculer le discriminant delta');
  await expect(page.getByText('Extraits des documents de l’école')).toBeVisible();
  await expect(page.locator('.reply blockquote').first()).toBeVisible();
  await checkFits(page);
  await checkA11y(page);
  await shot(page, 'aria-extraits');
});

test('a parent sees subjects and time, staff the limits and alerts', async ({ page, startServer }) => {
  const server = await startServer({ DEMO: '1', LLM_MODE: 'off' });
  await signIn(page, await server.account('PARENT'), server.url);
  await page.goto(`${server.url}/aria`);
  await page.getByText('Comment ARIA fonctionne').click();
  await page.getByRole('link', { name: 'Le travail de votre enfant avec ARIA' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Le travail avec ARIA');
  await checkFits(page);
  await checkA11y(page);
  await page.context().clearCookies();
  await signIn(page, await server.account('ADMIN'), server.url);
  for (const path of ['/admin/aria', '/admin/aria/alertes', '/admin/aria/reponses', '/admin/rag', '/admin/rag/new', '/admin/modeles', '/bibliotheque']) {
    await page.goto(server.url + path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await checkFits(page);
    await checkA11y(page);
    await shot(page, `staff${path.replaceAll('/', '-')}`);
  }
});
