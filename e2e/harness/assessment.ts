// What a family does: registers, answers, sends.
import { expect, type Page } from '@playwright/test';

/** What the two steps of the form are filled in with. */
export interface Family {
  parent: { firstName: string; lastName: string; email: string; phone: string };
  student: { firstName: string; lastName: string; grade: string; level: string; subjects: string[] };
}

let families = 0;

/** A family that nobody else in this test run is. Without mathematics its assessment is the general one. */
export function newFamily(subject = 'Français'): Family {
  families += 1;
  const email = `sonia.${process.pid}.${Date.now()}.${families}@nexus.test`;
  return {
    parent: { firstName: 'Sonia', lastName: 'Ben Salah', email, phone: '+216 20 123 456' },
    student: { firstName: 'Inès', lastName: 'Ben Salah', grade: 'Terminale', level: 'Moyen', subjects: [subject] },
  };
}

export async function fillParent(page: Page, { parent }: Family): Promise<void> {
  await page.getByLabel('Votre prénom').fill(parent.firstName);
  await page.getByLabel('Votre nom').fill(parent.lastName);
  await page.getByLabel('Votre e-mail').fill(parent.email);
  await page.getByLabel('Votre téléphone').fill(parent.phone);
}

export async function fillStudent(page: Page, { student }: Family): Promise<void> {
  await page.getByLabel('Prénom de l’élève').fill(student.firstName);
  await page.getByLabel('Nom de l’élève', { exact: true }).fill(student.lastName);
  await page.getByLabel('Classe').selectOption({ label: student.grade });
  await page.getByLabel('Niveau actuel').selectOption({ index: 2 });
  for (const subject of student.subjects) await page.getByLabel(subject, { exact: true }).check();
  await page.getByLabel('Je suis le parent').check();
}

/** From the public page to the first question; `origin` for a server that is not the page's base. */
export async function beginAssessment(page: Page, family = newFamily(), origin = ''): Promise<Family> {
  await page.goto(`${origin}/bilan-gratuit`);
  await fillParent(page, family);
  await page.getByRole('button', { name: 'Continuer' }).click();
  await fillStudent(page, family);
  await page.getByRole('button', { name: 'Passer aux questions' }).click();
  await page.getByRole('button', { name: 'Commencer' }).click();
  await atQuestion(page, 1);
  return family;
}

export async function atQuestion(page: Page, number: number): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toContainText(`Question ${number} `);
}

/** The options of the question on screen, in the order shown; the last one is "Je ne sais pas". */
export function options(page: Page) {
  return page.getByRole('group', { name: 'Ta réponse' }).getByRole('radio');
}

/** A tap on the option's text, as people do. */
export async function choose(page: Page, place: number): Promise<void> {
  await page.locator('.options label').nth(place).click();
  await expect(options(page).nth(place)).toBeChecked();
}

export async function goOn(page: Page): Promise<void> {
  await page.getByRole('button', { name: /Suivante|Vérifier et envoyer/ }).click();
}

/** Answers questions `from` to `to`, going round the options, and goes on after each. */
export async function answerAll(page: Page, from: number, to: number): Promise<void> {
  for (let number = from; number <= to; number += 1) {
    await atQuestion(page, number);
    await choose(page, number % 5);
    await goOn(page);
  }
}

/** How many questions the assessment on screen has. */
export async function questionCount(page: Page): Promise<number> {
  const title = await page.getByRole('heading', { level: 1 }).innerText();
  return Number(/sur (\d+)/.exec(title)?.[1]);
}

/** The id in the address of the page. */
export function assessmentId(page: Page): string {
  return /\/assessments\/([0-9a-f-]{36})/.exec(page.url())?.[1] ?? '';
}
