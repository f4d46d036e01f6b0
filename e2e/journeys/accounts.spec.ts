// Accounts, with a real mail server: activation and its slip, a lost password, the second factor, "Mon compte".
import { beginAssessment } from '../harness/assessment.ts';
import { checkA11y, checkFits } from '../harness/axe.ts';
import type { Mail } from '../harness/mail.ts';
import { signIn } from '../harness/people.ts';
import { Server } from '../harness/server.ts';
import { shot } from '../harness/shots.ts';
import { SmtpServer } from '../harness/smtp.ts';
import { expect, lone, type Page } from '../harness/test.ts';
import { totp } from '../harness/totp.ts';

interface House {
  server: Server;
  smtp: SmtpServer;
}

/** One server of the demo school for this worker, whose mail goes to a real mail server. */
const test = lone.extend<object, { house: House }>({
  house: [
    async ({}, use) => {
      const smtp = await SmtpServer.start();
      const server = await Server.start({ DEMO: '1', ...smtp.env });
      await use({ server, smtp });
      await server.stop();
      await smtp.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  baseURL: async ({ house }, use) => use(house.server.url),
});

const FIRST = 'quatre mots bien choisis';
const SECOND = 'le chameau lit sous la pluie';

/** The newest mail to this address that holds a link to the page. */
async function linkTo(smtp: SmtpServer, address: string, path: string, not = ''): Promise<string> {
  const find = async (): Promise<string | undefined> => {
    const mine = (await smtp.mails()).filter((mail: Mail) => mail.to.includes(address));
    return mine.flatMap((mail) => mail.links).findLast((link) => link.includes(path) && link !== not);
  };
  await expect.poll(find, { timeout: 20_000 }).toBeTruthy();
  return (await find()) as string;
}

/** The path of a link: it names PUBLIC_URL, the browser is at a free port. */
function path(link: string): string {
  const { pathname, search } = new URL(link);
  return pathname + search;
}

async function look(page: Page, name: string): Promise<void> {
  await checkFits(page);
  await checkA11y(page);
  await shot(page, name);
}

async function choosePassword(page: Page, label: string, password: string, button: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).fill(password);
  await page.getByLabel('Le même mot de passe').fill(password);
  await page.getByRole('button', { name: button }).click();
}

/** A family of its own for a test, whose parent activated the account by mail and is signed in. */
async function activatedParent(page: Page, { smtp }: House): Promise<string> {
  const family = await beginAssessment(page);
  await page.context().clearCookies();
  await page.goto(path(await linkTo(smtp, family.parent.email, '/auth/activate')));
  await choosePassword(page, 'Mot de passe', FIRST, 'Activer mon compte');
  await expect(page.getByText('Le compte est activé')).toBeVisible();
  await signIn(page, { role: 'PARENT', email: family.parent.email, password: FIRST });
  return family.parent.email;
}

test('a mailed link activates, a weak password is refused with the reason', async ({ page, house }) => {
  const family = await beginAssessment(page);
  await page.context().clearCookies();
  await page.goto(path(await linkTo(house.smtp, family.parent.email, '/auth/activate')));
  await choosePassword(page, 'Mot de passe', 'motdepasse2024', 'Activer mon compte');
  await expect(page.getByRole('alert').filter({ hasText: /premiers que l’on essaie/ })).toHaveCount(1);
  await look(page, 'activation-refusee');
  await choosePassword(page, 'Mot de passe', FIRST, 'Activer mon compte');
  await expect(page.getByText('Le compte est activé')).toBeVisible();
});

test('the hint follows what is typed @js', async ({ page, house }) => {
  await page.goto('/auth/activate?token=inconnu');
  await look(page, 'activation-expiree');
  const email = await activatedParent(page, house);
  expect(email).not.toBe('');
  await page.goto('/compte/mot-de-passe');
  await page.getByLabel('Nouveau mot de passe').fill('court');
  await expect(page.locator('#password-strength')).toHaveText(/Encore 5\scaractères/);
  await page.getByLabel('Nouveau mot de passe').fill('sonia.bensalah');
  await expect(page.locator('#password-strength')).toHaveText(/informations du compte/);
  await page.getByLabel('Nouveau mot de passe').fill(SECOND);
  await expect(page.locator('#password-strength')).toHaveText('Très bon mot de passe.');
  await look(page, 'mot-de-passe');
});

test('a lost password is replaced by a mailed link, once', async ({ page, house }) => {
  const email = await activatedParent(page, house);
  await page.context().clearCookies();
  await page.goto('/auth/signin');
  await page.getByRole('link', { name: 'Mot de passe oublié' }).click();
  await look(page, 'mot-de-passe-oublie');
  await page.getByLabel('E-mail ou identifiant').fill(email);
  await page.getByRole('button', { name: 'Recevoir le lien' }).click();
  await expect(page.getByRole('heading', { name: 'Un e-mail est peut-être en route' })).toBeVisible();
  await look(page, 'lien-demande');
  const link = path(await linkTo(house.smtp, email, '/auth/reset-password'));
  await page.goto(link);
  await look(page, 'nouveau-mot-de-passe');
  await choosePassword(page, 'Nouveau mot de passe', SECOND, 'Enregistrer le mot de passe');
  await expect(page.getByText('Le mot de passe est changé')).toBeVisible();
  await page.goto(link);
  await expect(page.getByRole('heading', { name: 'Ce lien n’est plus valable' })).toBeVisible();
  await signIn(page, { role: 'PARENT', email, password: SECOND });
  await expect(page).toHaveURL(/\/dashboard\/parent$/);
});

test('a second factor: set up with the phone, asked at the next sign-in, a recovery code on the day it is lost', async ({
  page,
  house,
}) => {
  const email = await activatedParent(page, house);
  await page.goto('/compte/two-factor');
  await look(page, 'double-authentification');
  await page.getByLabel('Mot de passe actuel').fill(FIRST);
  await page.getByRole('button', { name: 'Commencer' }).click();
  await expect(page.getByRole('img', { name: 'Clé de la double authentification' })).toBeVisible();
  await look(page, 'double-authentification-qr');
  await page.getByText('Impossible de scanner').click();
  const key = await page.locator('details code').innerText();
  await page.getByLabel('Code à six chiffres').fill(totp(key));
  await page.getByRole('button', { name: 'Activer' }).click();
  await expect(page.getByRole('heading', { name: 'Vos codes de secours' })).toBeVisible();
  await look(page, 'codes-de-secours');
  const recovery = await page.locator('.codes code').first().innerText();

  await page.context().clearCookies();
  const form = async (code: string): Promise<void> => {
    await page.goto('/auth/signin');
    await page.getByLabel('E-mail ou identifiant').fill(email);
    await page.getByLabel('Mot de passe').fill(FIRST);
    await page.getByRole('button', { name: 'Se connecter' }).click();
    await expect(page).toHaveURL(/\/auth\/two-factor/);
    await page.getByLabel('Code').fill(code);
    await page.getByRole('button', { name: 'Continuer' }).click();
  };
  await form('000000');
  await expect(page.getByRole('alert').filter({ hasText: /n’est pas le bon/ })).toHaveCount(1);
  await look(page, 'code-refuse');
  await form(totp(key, 1)); // that of the moment was used
  await expect(page).toHaveURL(/\/dashboard\/parent$/);
  await page.context().clearCookies();
  await form(recovery);
  await expect(page).toHaveURL(/\/dashboard\/parent$/);
});

test('a new address counts once it is confirmed', async ({ page, house }) => {
  const email = await activatedParent(page, house);
  await page.goto('/compte');
  await page.getByRole('link', { name: 'Changer d’adresse' }).click();
  await look(page, 'adresse');
  const other = `autre.${email}`;
  await page.getByLabel('Nouvelle adresse').fill(other);
  await page.getByLabel('Mot de passe actuel').fill(FIRST);
  await page.getByRole('button', { name: 'Envoyer le lien' }).click();
  await expect(page.getByText('Un lien est parti vers la nouvelle adresse')).toBeVisible();
  await page.goto(path(await linkTo(house.smtp, other, '/compte/email/confirmation')));
  await page.getByRole('button', { name: 'Confirmer cette adresse' }).click();
  await expect(page.getByText('La nouvelle adresse est enregistrée')).toBeVisible();
  await expect(page.getByText(other)).toBeVisible();
});

test('a parent prints the slip of a child, who chooses a password with it', async ({ page, browser, house }) => {
  await activatedParent(page, house);
  await page.goto('/compte');
  await look(page, 'mon-compte');
  await page.getByRole('link', { name: /Imprimer une fiche/ }).first().click();
  await look(page, 'fiche-avant');
  await page.getByRole('button', { name: 'Préparer la fiche' }).click();
  await expect(page.getByRole('img', { name: 'Lien d’activation' })).toBeVisible();
  await look(page, 'fiche');
  const address = await page.locator('.slip code').first().innerText();
  const identifier = await page.locator('.slip dd').first().innerText();
  const context = await browser.newContext();
  const phone = await context.newPage();
  await phone.goto(house.server.url + path(address));
  await expect(phone.getByText('Choisis le mot de passe de ton compte')).toBeVisible();
  await choosePassword(phone, 'Mot de passe', SECOND, 'Activer mon compte');
  // To leave before it is done would be to give it up.
  await expect(phone.getByText('Le compte est activé')).toBeVisible();
  await signIn(phone, { role: 'ELEVE', email: identifier, password: SECOND }, house.server.url);
  await expect(phone).toHaveURL(/\/dashboard\/eleve$/);
  await context.close();
});

test('the devices that are signed in are listed and ended', async ({ page, browser, house }) => {
  const email = await activatedParent(page, house);
  const context = await browser.newContext();
  const elsewhere = await context.newPage();
  await signIn(elsewhere, { role: 'PARENT', email, password: FIRST }, house.server.url);
  await page.goto('/compte');
  await expect(page.getByText('cet appareil')).toHaveCount(1);
  await page.getByRole('button', { name: 'Déconnecter tous les autres' }).click();
  await expect(page.getByText('Les autres appareils sont déconnectés')).toBeVisible();
  await elsewhere.reload();
  await expect(elsewhere).toHaveURL(/signin/);
  await context.close();
});

test('comfortable reading widens every page', async ({ page, house }) => {
  await activatedParent(page, house);
  await page.goto('/compte');
  await page.getByRole('button', { name: 'Activer la lecture confortable' }).click();
  await expect(page.locator('html.dys')).toHaveCount(1);
  await look(page, 'mon-compte-confort');
});

test('staff without a second factor reach only its page where it is required @once', async ({ page, startServer }) => {
  const server = await startServer({ STAFF_TWO_FACTOR: 'on' });
  const admin = await server.createAdmin();
  await signIn(page, admin, server.url);
  await expect(page).toHaveURL(/\/compte\/two-factor$/);
  await page.goto(`${server.url}/admin/jobs`);
  await expect(page).toHaveURL(/\/compte\/two-factor$/);
  await expect(page.getByText('Elle est obligatoire pour l’équipe')).toBeVisible();
  await look(page, 'double-authentification-obligatoire');
});
