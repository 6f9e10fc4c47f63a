// The steps of a learner's way through a course, by the names that people see.

import assert from 'node:assert/strict';
import { answer } from './answers.mjs';

const button = (page, name) => page.getByRole('button', { name, exact: true });
const link = (page, name) => page.getByRole('link', { name, exact: true });

/** From the catalogue into the course: enrols, and gives the address of the journey. */
export async function enrol(page, title) {
  await page.goto('/home');
  await link(page, 'Courses').first().click();
  await link(page, title).click();
  await button(page, 'Enrol').click();
  await page.waitForURL('**/learn/**');
  return new URL(page.url()).pathname.split('/').slice(0, 3).join('/');
}

/** The journey's next step, as its own page offers it. */
export async function goOn(page, journey) {
  await page.goto(journey);
  await page.getByRole('region', { name: 'What to do next' }).getByRole('link').first().click();
}

/** Reads the lesson on the page: does what it asks for, and marks it as done. */
export async function doLesson(page, book) {
  const check = page.locator('form', { has: button(page, 'Check the answer') });
  if (await check.count()) {
    await answer(page, book);
    await button(page, 'Check the answer').first().click();
    await page.locator('.verdict').first().waitFor();
  }
  const before = page.url();
  await button(page, 'Mark as done').click();
  await page.waitForURL((url) => url.href !== before);
}

/**
 * Goes through the quiz on the page and submits; gives the kinds of its questions. `press` and `hand`:
 * how buttons and fields are reached.
 */
export async function takeQuiz(page, book, { press = (found) => found.click(), ...answering } = {}) {
  await press(page.getByRole('button', { name: /^(Start quiz|Try again|Continue)$/ }));
  const kinds = [];
  while (!(await button(page, 'Submit answers').count())) {
    kinds.push(await answer(page, book, answering));
    const before = page.url();
    await press(button(page, 'Next question'));
    await page.waitForURL((url) => url.href !== before);
    assert.ok(kinds.length < 60, 'the quiz does not end');
  }
  await press(button(page, 'Submit answers'));
  await page.getByRole('heading', { name: 'Your result' }).waitFor();
  return kinds;
}

/** Whether the result on the page is a pass. */
export async function hasPassed(page) {
  return /You passed/.test(await page.getByRole('status').first().textContent());
}

export async function handIn(page, text) {
  await page.getByLabel('Your text').fill(text);
  await page.getByLabel('There are no real names').check();
  await button(page, 'Hand in').click();
  await page.getByText('You handed this in').waitFor();
}

/** The trainer marks everything that waits, each criterion at its highest level. */
export async function markAll(page) {
  let marked = 0;
  for (;;) {
    await page.goto('/teach');
    const work = page.locator('table.queue td a').first();
    if (!(await work.count())) return marked;
    await work.click();
    for (const criterion of await page.locator('fieldset.rubric').all()) await criterion.getByRole('radio').last().check();
    await page.locator('#f-comment').fill('Clear and kind. Add the day next time.');
    await button(page, 'Give this marking').click();
    await page.waitForLoadState();
    marked += 1;
    assert.ok(marked < 20, 'the queue does not get shorter');
  }
}

/** Presses a download button; the bytes. */
export async function download(page, press) {
  const [file] = await Promise.all([page.waitForEvent('download'), press()]);
  const chunks = [];
  for await (const chunk of await file.createReadStream()) chunks.push(chunk);
  return { name: file.suggestedFilename(), bytes: Buffer.concat(chunks) };
}

export { button, link };
