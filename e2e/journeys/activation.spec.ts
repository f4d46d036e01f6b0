// The mail of the free assessment: it opens the parent's account, and the assessment on another device.
import { answerAll, atQuestion, beginAssessment, type Family } from '../harness/assessment.ts';
import { checkA11y, checkFits } from '../harness/axe.ts';
import type { Mail } from '../harness/mail.ts';
import { signIn } from '../harness/people.ts';
import type { Server } from '../harness/server.ts';
import { shot } from '../harness/shots.ts';
import { expect, test } from '../harness/test.ts';

async function mailTo(server: Server, { parent }: Family): Promise<Mail> {
  const find = async () => (await server.mails()).find((mail) => mail.to.includes(parent.email));
  await expect.poll(find, { timeout: 15_000 }).toBeTruthy();
  return (await find()) as Mail;
}

function link(mail: Mail, part: string): string {
  const found = mail.links.find((one) => one.includes(part));
  if (!found) throw new Error(`no link with ${part} in:\n${mail.text}`);
  return found;
}

test('a parent activates the account from the mail and finds the child there', async ({ page, browser, server }) => {
  const family = await beginAssessment(page);
  const address = link(await mailTo(server, family), '/auth/activate');
  const context = await browser.newContext();
  const phone = await context.newPage();
  await phone.goto(address);
  await expect(phone.getByRole('heading', { name: `Bienvenue, ${family.parent.firstName}` })).toBeVisible();
  await checkFits(phone);
  await checkA11y(phone);
  await shot(phone, 'activation');
  const password = 'quatre mots bien choisis';
  await phone.getByLabel('Mot de passe', { exact: true }).fill(password);
  await phone.getByLabel('Le même mot de passe').fill(password);
  await phone.getByRole('button', { name: 'Activer mon compte' }).click();
  await expect(phone).toHaveURL(/\/auth\/signin/);
  await signIn(phone, { role: 'PARENT', email: family.parent.email, password }, server.url);
  await expect(phone).toHaveURL(/\/dashboard\/parent$/);
  await expect(phone.getByText(family.student.firstName).first()).toBeVisible();

  // The link serves once.
  await phone.goto(address);
  await expect(phone.getByRole('heading', { name: 'Ce lien n’est plus valable' })).toBeVisible();
  await context.close();
});

test('the link in the mail resumes the assessment on another device', async ({ page, browser, server }) => {
  const family = await beginAssessment(page);
  await answerAll(page, 1, 2);
  await atQuestion(page, 3);
  const context = await browser.newContext();
  const tablet = await context.newPage();
  await tablet.goto(link(await mailTo(server, family), '/assessments/'));
  await atQuestion(tablet, 3);
  await context.close();
});
