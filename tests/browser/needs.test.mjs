// A newcomer finds what they need and walks to a first lesson, on a phone of 360 pixels, with scripts
// and without: the questions, the result, the pathway, proving a step away, and deleting everything.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { answerBook } from './support/answers.mjs';
import { launchBrowser, overflow, person } from './support/browser.mjs';
import { textOf } from './support/certificate.mjs';
import { button, link } from './support/journey.mjs';
import { assess, prove } from './support/needs.mjs';
import { signUp } from './support/people.mjs';
import { courseFolder, startServer } from './support/server.mjs';

const BOOK = answerBook(courseFolder('digital-security'));
const FIRST_STEP = 'Risk and security planning';
const GIVEN = ['Documenter or researcher', 'People like me are questioned'];

let server;
let browser;
before(async () => {
  server = await startServer({ courses: ['digital-security', 'needs-assessment'] });
  browser = await launchBrowser();
});
after(async () => {
  if (server) console.log(server.complaints());
  await browser?.close();
  await server?.stop();
});

async function fits(page) {
  assert.equal(await overflow(page), 0, `${page.url()} is wider than the phone`);
}

for (const scripts of [true, false]) {
  describe(`with scripts ${scripts ? 'on' : 'off'}`, () => {
    let learner, page;
    before(async () => {
      learner = await person(browser, server.base, { scripts });
      page = await learner.newPage();
    });
    after(() => learner?.close());

    test('a newcomer answers what they like and sees where they stand', async () => {
      await signUp(page);
      await assess(page, /Digital security/, GIVEN, fits);
      await fits(page);
    });

    test('the pathway says what is first, and why', async () => {
      await link(page, 'Your pathway').first().click();
      await page.getByRole('heading', { level: 1, name: 'Your pathway' }).waitFor();
      await fits(page);
      const next = page.getByRole('region', { name: 'What is next' });
      assert.match(await next.textContent(), /people like you are questioned, attacked or detained/);
      assert.ok(await page.getByRole('heading', { name: /^This week/ }).count(), 'no week is cut');
    });

    test('a step is moved, taken out and taken back', async () => {
      await link(page, 'Change your pathway').click();
      await fits(page);
      const first = async () => (await page.locator('ol.rows > li').first().textContent()).trim();
      const before = await first();
      await page.locator('ol.rows > li').nth(1).getByRole('button', { name: /^Move up/ }).click();
      await page.waitForURL('**/pathway/edits#*');
      assert.notEqual(await first(), before);
      await page.locator('ol.rows > li').nth(1).getByRole('button', { name: /^Move up/ }).click();
      assert.equal(await first(), before);
      await page.getByRole('button', { name: `Take out: ${FIRST_STEP}` }).first().click();
      await page.getByRole('status').getByRole('button', { name: 'Take back' }).click();
      await page.getByRole('link', { name: FIRST_STEP }).first().waitFor();
      assert.equal(await page.getByRole('status').count(), 0);
    });

    test('one lesson is skipped and taken back', async () => {
      await page.goto('/pathway');
      const skip = page.getByRole('button', { name: /^Skip the lesson: / }).first();
      const { x, width } = await skip.boundingBox();
      assert.ok(x >= 0 && x + width <= 360, `the button stands at ${x} px`);
      const name = (await skip.getAttribute('aria-label')).replace('Skip the lesson: ', '');
      await skip.click();
      await page.waitForURL(/\/pathway\?out=/);
      assert.equal(await page.getByRole('button', { name: `Skip the lesson: ${name}` }).count(), 0);
      await fits(page);
      await page.getByRole('status').getByRole('button', { name: 'Take back' }).click();
      await page.getByRole('button', { name: `Skip the lesson: ${name}` }).first().waitFor();
    });

    test('five right of six prove a step away', async () => {
      await prove(page, FIRST_STEP, BOOK, fits);
      await fits(page);
      assert.match(await page.getByRole('status').textContent(), /Proven/);
      await link(page, 'Back to your pathway').click();
      assert.equal(await page.getByRole('link', { name: FIRST_STEP }).count(), 0, 'the step is still to be walked');
    });

    test('walking to the first lesson enrols in its course', async () => {
      await button(page, 'Start').click();
      await page.waitForURL(/\/learn\/[^/]+\/\d+-\d+$/);
      await fits(page);
      await button(page, 'Mark as done').click();
      await page.goto('/home');
      await fits(page);
      await page.locator('form.next').getByRole('link', { name: 'Continue' }).click();
      await page.waitForURL(/\/learn\/[^/]+\/\d+-\d+$/);
    });

    test('the pathway prints as text on paper', async () => {
      await page.goto('/pathway');
      const paper = await textOf(await page.pdf({ format: 'A4' }));
      assert.match(paper, /Your pathway/);
      assert.match(paper, /This week/);
      assert.doesNotMatch(paper, /Leave quickly|Sign out|Take back/);
      assert.doesNotMatch(paper, /attacked|detained|people like you/, 'paper tells a risk level');
      assert.match(paper, /It protects you and the people you work with/);
    });

    test('everything is deleted on request', async () => {
      await page.goto('/pathway');
      await link(page, 'Delete my pathway and answers').click();
      await fits(page);
      await button(page, 'Delete').click();
      await page.goto('/pathway');
      await page.getByText('You have no pathway yet').waitFor();
      assert.equal(await page.locator('form.next').count(), 0);
      learner.assertCalm();
    });
  });
}
