// The language model never blocks or loses a result, whatever it does.
import { answerAll, beginAssessment, newFamily, questionCount } from '../harness/assessment.ts';
import { checkA11y } from '../harness/axe.ts';
import { finishedResult, submit } from '../harness/contract.ts';
import { ModelServer, type Mood } from '../harness/model.ts';
import type { Env } from '../harness/server.ts';
import { shot } from '../harness/shots.ts';
import { expect, lone as test } from '../harness/test.ts';

const withModel = (model: ModelServer): Env => ({ OPENAI_BASE_URL: model.url, OLLAMA_TIMEOUT: '2000' });

test('the model writes well: the reports are its own', async ({ startServer }) => {
  const model = await ModelServer.start('good');
  const server = await startServer(withModel(model));
  const { id = '' } = await submit(server.url, 'bien@nexus.test');
  expect(await finishedResult(server.url, id)).toMatchObject({ generationStatus: 'COMPLETE' });
  await model.stop();
});

test('the model does its worst: the result is there, and says what is missing', async ({ startServer }) => {
  const model = await ModelServer.start('silent');
  const server = await startServer(withModel(model));
  for (const mood of ['silent', 'refuses', 'cuts', 'invalid', 'nonsense', 'invents'] satisfies Mood[]) {
    model.mood = mood;
    const { id = '' } = await submit(server.url, `${mood}@nexus.test`);
    const result = await finishedResult(server.url, id);
    expect(result, mood).toMatchObject({
      generationStatus: 'FAILED',
      errorCode: 'LLM_GENERATION_FAILED',
      llmUnavailableMessage: expect.stringContaining('Vos scores et résultats sont disponibles'),
    });
  }
  await model.stop();
});

test('the app is killed with -9 while reports are written: they are written afterwards', async ({ startServer }) => {
  const model = await ModelServer.start('silent');
  const server = await startServer({ ...withModel(model), OLLAMA_TIMEOUT: '60000' });
  const { id = '' } = await submit(server.url, 'coupure@nexus.test');
  await expect.poll(() => model.asked, { timeout: 20_000 }).toBeGreaterThan(0);
  await server.kill9();
  model.mood = 'good';
  await server.restart();
  expect(await finishedResult(server.url, id, 150_000)).toMatchObject({ generationStatus: 'COMPLETE' });
  await model.stop();
});

test('a family reads its result while the model is silent', async ({ page, startServer }) => {
  const model = await ModelServer.start('silent');
  const server = await startServer({ ...withModel(model), OLLAMA_TIMEOUT: '20000' });
  await beginAssessment(page, newFamily(), server.url);
  await answerAll(page, 1, await questionCount(page));
  await page.getByRole('button', { name: 'Envoyer mes réponses' }).click();
  await expect(page).toHaveURL(/\/result$/);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await checkA11y(page);
  await shot(page, 'resultat-modele-muet');
  await model.stop();
});
