// Somebody who has a keyboard and nothing else: each field and button is reached and worked by keys.

import assert from 'node:assert/strict';

const MOST_STOPS = 80;

/** Goes from stop to stop until the element, or another of its group of choices, is held. */
async function tabTo(page, locator) {
  const element = await locator.elementHandle();
  for (let press = 0; press < MOST_STOPS; press += 1) {
    if (await element.evaluate(isHeld)) return element;
    await page.keyboard.press('Tab');
  }
  return assert.fail(`Tab does not reach ${await locator.first().evaluate((found) => found.outerHTML)}`);
}

/** A group of choices is one stop: arrows go on inside it. */
function isHeld(element) {
  const held = document.activeElement;
  const isOfGroup = element.type === 'radio' && held.type === 'radio' && held.name === element.name && held.form === element.form;
  return held === element || isOfGroup;
}

/** The keyboard as a hand of `answer`. */
export function keyboard(page) {
  return {
    async check(field) {
      const element = await tabTo(page, field);
      if (await element.evaluate((input) => input.type === 'radio' && input !== document.activeElement)) {
        for (let step = 0; step < 20 && !(await element.evaluate((input) => input === document.activeElement)); step += 1) {
          await page.keyboard.press('ArrowDown');
        }
      }
      if (!(await element.isChecked())) await page.keyboard.press('Space');
      assert.ok(await element.isChecked(), 'the keyboard does not choose it');
    },
    async fill(field, text) {
      await tabTo(page, field);
      await page.keyboard.press('Control+A');
      await page.keyboard.type(text);
    },
    async pick(select, index) {
      const element = await tabTo(page, select);
      await page.keyboard.press('Home');
      for (let step = 0; step < index; step += 1) await page.keyboard.press('ArrowDown');
      assert.equal(await element.evaluate((found) => found.selectedIndex), index, 'the keyboard does not pick it');
    },
  };
}

/** Presses a button or follows a link. */
export async function press(page, locator) {
  await tabTo(page, locator);
  await page.keyboard.press('Enter');
}
