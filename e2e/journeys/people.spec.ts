// The staff keeps the school's people: accounts, families, coaches, a class from a file.
import { randomInt } from 'node:crypto';

import { checkA11y, checkFits } from '../harness/axe.ts';
import { signIn } from '../harness/people.ts';
import { shot } from '../harness/shots.ts';
import { expect, type Page, test } from '../harness/test.ts';

/** A name that no other test gives. */
function fresh(prefix: string): string {
  const letters = Array.from({ length: 8 }, () => String.fromCharCode(97 + randomInt(26))).join('');
  return `${prefix}${letters}`;
}

async function look(page: Page, name: string): Promise<void> {
  await checkFits(page);
  await checkA11y(page);
  await shot(page, name);
}

test('the assistante finds a family, enrolls a sibling and gives a coach', async ({ page, server }) => {
  await signIn(page, await server.account('ASSISTANTE'));
  await page.goto('/admin/families');
  await look(page, 'familles');
  await page.getByLabel('Élève ou parent').fill('karim ben salah');
  await page.getByRole('button', { name: 'Chercher' }).click();
  await page.getByRole('link', { name: 'Yassine Ben Salah' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Yassine Ben Salah' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Leïla Ben Salah' })).toBeVisible();
  await look(page, 'famille');

  await page.getByRole('link', { name: 'Inscrire un autre enfant' }).click();
  const first = fresh('Zoé');
  await page.getByLabel('Prénom', { exact: true }).fill(first);
  await page.getByLabel('Classe').selectOption('SECONDE');
  await page.getByLabel('Lien avec l’élève').selectOption('MERE');
  await look(page, 'inscription');
  await page.getByRole('button', { name: 'Inscrire' }).click();
  await expect(page.getByRole('status').first()).toContainText('inscrit');
  await expect(page.getByRole('heading', { level: 1 })).toContainText(first);
  await page.getByLabel('Confier l’élève à').selectOption({ index: 1 });
  await page.getByRole('button', { name: 'Ajouter ce coach' }).click();
  await expect(page.getByRole('button', { name: /Retirer/ })).toBeVisible();
});

test('the assistante may not touch the accounts of the team', async ({ page, server }) => {
  await signIn(page, await server.account('ASSISTANTE'));
  await page.goto('/admin/users?role=ADMIN');
  await page.getByRole('listitem').getByRole('link', { name: 'Nadia Mansour' }).click();
  await expect(page.getByText('Les comptes de l’équipe sont modifiés par la direction.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Enregistrer' })).toHaveCount(0);
  await page.goto('/admin/users/new');
  await expect(page.getByLabel('Rôle').locator('option')).toHaveText(['Choisir…', 'Coach', 'Parent']);
});

test('the admin opens, corrects, closes and reopens an account', async ({ page, server }) => {
  await signIn(page, await server.account('ADMIN'));
  await page.goto('/admin/users');
  await look(page, 'personnes');
  await page.getByRole('link', { name: 'Créer un compte' }).click();
  const last = fresh('Nasri');
  await page.getByLabel('Rôle').selectOption('ASSISTANTE');
  await page.getByLabel('Prénom').fill('Salma');
  await page.getByLabel('Nom', { exact: true }).fill(last);
  await page.getByRole('textbox', { name: 'E-mail' }).fill(`${last.toLowerCase()}@example.org`);
  await look(page, 'compte-nouveau');
  await page.getByRole('button', { name: 'Créer et envoyer l’e-mail' }).click();
  await expect(page.getByRole('status').first()).toContainText('Le compte est créé');
  await look(page, 'compte');
  await page.getByLabel('Téléphone').fill('12');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(page.getByRole('alert')).toContainText('8 chiffres');
  await page.getByLabel('Téléphone').fill('20 123 456');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expect(page.getByRole('status').first()).toContainText('enregistrées');
  await page.getByRole('button', { name: 'Fermer le compte' }).click();
  await expect(page.getByText('Fermé', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Rouvrir le compte' }).click();
  await expect(page.getByText('En attente d’activation')).toBeVisible();
});

test('a coach has a page with subjects and students', async ({ page, server }) => {
  await signIn(page, await server.account('ADMIN'));
  await page.goto('/admin/coaches');
  await look(page, 'coachs');
  await page.getByRole('link', { name: 'Inès Chatti' }).click();
  await expect(page.getByLabel('Français')).toBeChecked();
  await look(page, 'coach');
});

test('a class is imported from a file, once', async ({ page, server }) => {
  await signIn(page, await server.account('ASSISTANTE'));
  await page.goto('/admin/import');
  await look(page, 'import');
  const last = fresh('Riahi');
  const line = (first: string, grade: string) => `${last};${first};${grade};14/03/2009;${last};Amel;${last.toLowerCase()}@example.org\r\n`;
  const head = 'Nom;Prénom;Classe;Date de naissance;Parent 1 nom;Parent 1 prénom;Parent 1 e-mail\r\n';
  const send = async (text: string) => {
    await page.getByLabel('Fichier CSV').setInputFiles({ name: 'classe.csv', mimeType: 'text/csv', buffer: Buffer.from(text, 'latin1') });
    await page.getByRole('button', { name: 'Vérifier le fichier' }).click();
  };
  await send(head + line('Mariem', 'TG1') + line('Noé', 'CM2'));
  await expect(page.getByRole('alert')).toContainText('Ligne 3');
  await look(page, 'import-erreurs');
  await send(head + line('Mariem', 'TG1') + line('Noé', '2nde'));
  await expect(page.getByRole('row').nth(2)).toContainText('noe.riahi');
  await look(page, 'import-apercu');
  await page.getByRole('button', { name: 'Importer' }).click();
  await expect(page.getByRole('status').first()).toContainText('tout est enregistré');
  await look(page, 'import-fini');
  await page.getByRole('link', { name: 'Importer un autre fichier' }).click();
  await send(head + line('Mariem', 'TG1') + line('Noé', '2nde'));
  await expect(page.getByText('il n’y a rien à faire')).toBeVisible();
});
