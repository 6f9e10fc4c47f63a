// The needs assessment and the pathway, by the names that people see.

import { answer } from './answers.mjs';
import { button, link } from './journey.mjs';

/**
 * From the home page through the questions about one area to the result, `given` the texts of the
 * answers to pick where they are offered; everything else is passed over. `look` sees every page.
 */
export async function assess(page, area, given, look = async () => {}) {
  await page.goto('/home');
  await link(page, 'Find what you need').first().click();
  await look(page);
  await page.getByLabel(area).check();
  await button(page, 'Begin').click();
  for (let step = 0; !(await button(page, 'See where you stand').count()); step += 1) {
    if (step > 80) throw new Error('the assessment does not end');
    await look(page);
    for (const text of given) {
      const choice = page.getByLabel(text);
      if (await choice.count()) await choice.first().check();
    }
    const before = page.url();
    await button(page, 'Next').click();
    await page.waitForURL((url) => url.href !== before);
  }
  await button(page, 'See where you stand').click();
  await page.getByRole('heading', { name: 'Where you stand' }).waitFor();
}

/** Opens the page of a step and proves it away, answering by `book`. */
export async function prove(page, step, book, look = async () => {}) {
  await link(page, step).first().click();
  await look(page);
  await button(page, 'Start the six questions').click();
  for (let number = 1; number <= 6; number += 1) {
    await page.getByRole('heading', { name: `Question ${number} of 6` }).waitFor();
    await look(page);
    await answer(page, book);
    await button(page, 'Next question').click();
  }
  await button(page, 'Submit answers').click();
  await page.getByRole('heading', { name: 'Your result' }).waitFor();
}
