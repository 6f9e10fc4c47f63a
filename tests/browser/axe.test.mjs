// Every page that each role can reach, judged by axe-core for WCAG 2.2 A and AA, light and dark.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { DESK, overflow, PHONE } from './support/browser.mjs';
import { reachable, ROLES, world } from './support/world.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** The only addresses that may answer with an error: asked for on purpose. */
const ABSENT = new Set(['/no-such-page']);

let place;
before(async () => { place = await world(); });
after(() => place?.stop());

/** What axe finds on the page as it stands: one line for each rule. */
async function violations(page) {
  if (!(await page.evaluate(() => typeof window.axe === 'object'))) await page.evaluate(AXE);
  const found = await page.evaluate((tags) => window.axe.run(document, {
    runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'],
  }), TAGS);
  return found.violations.map((rule) => `${rule.id} ×${rule.nodes.length}: ${rule.nodes[0].target} ${rule.nodes[0].html.slice(0, 90)}`);
}

async function judge(page, what, wrongs) {
  for (const [scheme, size] of [['light', DESK], ['dark', PHONE]]) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize(size);
    // Colours fade from one scheme to the other: they are judged when they have arrived. What is folded
    // away does not fade, and never arrives.
    await page.evaluate(() => Promise.all(document.getAnimations()
      .filter((change) => change.effect.target.checkVisibility()).map((change) => change.finished)));
    for (const wrong of await violations(page)) wrongs.push(`${what} (${scheme}, ${size.width} px) ${wrong}`);
    if (await overflow(page) > 0) wrongs.push(`${what} is wider than ${size.width} px`);
  }
}

for (const role of ROLES) {
  test(`no page of a ${role} breaks a rule of WCAG 2.2`, async () => {
    const { page } = place.people[role];
    const wrongs = [];
    const pages = await reachable(place.people[role]);
    for (const { path, status } of pages) {
      if (status >= 400 && !ABSENT.has(path)) wrongs.push(`${path} answers ${status}`);
      await page.goto(path);
      await judge(page, path, wrongs);
    }
    console.log(`${role}: ${pages.length} pages`);
    assert.ok(pages.length >= 8, `only ${pages.length} pages were found`);
    assert.deepEqual(wrongs, []);
  });
}

test('forms that must be mended break no rule either', async () => {
  const { page } = place.people.visitor;
  const wrongs = [];
  for (const [path, name] of [['/sign-up', 'Create an account'], ['/sign-in', 'Sign in'], ['/recovery', 'Set the new password']]) {
    await page.goto(path);
    for (const field of await page.locator('main input:not([type=hidden]):not([type=checkbox])').all()) await field.fill('x');
    await page.getByRole('main').getByRole('button', { name }).click();
    await page.locator('.error').first().waitFor();
    await judge(page, `${path} with a mistake`, wrongs);
  }
  assert.deepEqual(wrongs, []);
});
