// The app or its database is killed: nothing acknowledged is lost, and everything comes back alone.
import { signIn } from '../harness/people.ts';
import { expect, lone as test } from '../harness/test.ts';

test('an account made before the app is killed is there afterwards', async ({ page, startServer }) => {
  const server = await startServer();
  const admin = await server.createAdmin();
  await server.kill9();
  await server.restart();
  await signIn(page, admin, server.url);
  await expect(page).toHaveURL(/\/dashboard\/admin$/);
});

test('a person stays signed in when the app is killed and starts again', async ({ page, startServer }) => {
  const server = await startServer();
  await signIn(page, await server.createAdmin(), server.url);
  await server.kill9();
  await server.restart();
  await page.reload();
  await expect(page).toHaveURL(/\/dashboard\/admin$/);
});

test('the database is killed: the app brings it back by itself', async ({ page, startServer }) => {
  const server = await startServer();
  const admin = await server.createAdmin();
  await server.killDatabase();
  await server.ready();
  await signIn(page, admin, server.url);
  await expect(page).toHaveURL(/\/dashboard\/admin$/);
});
