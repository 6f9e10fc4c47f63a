// What a first visit costs on the wire, and how soon something is seen on a slow phone.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { person, PHONE } from './support/browser.mjs';
import { enrol } from './support/journey.mjs';
import { signUp } from './support/people.mjs';
import { shippedCourses } from './support/server.mjs';
import { cookieHeader, get, visit } from './support/wire.mjs';
import { world } from './support/world.mjs';

const MOST_BYTES = 14_336;
const MOST_REQUESTS = 3;
const MOST_IMAGE_BYTES = 40_000;
const FIRST_PAINT_MS = 1_500;
/** A busy machine may take so much longer; a page that loads too much takes longer still. */
const PATIENCE = 2;

let place;
let shipped;
before(async () => {
  shipped = await shippedCourses();
  place = await world({ courses: ['browser-course', ...shipped] });
});
after(() => place?.stop());

const row = (...cells) => console.log(cells.map((cell, at) => (at ? String(cell).padStart(9) : String(cell).padEnd(34))).join(' '));
const percent = (part, whole) => `${Math.round((100 * part) / whole)} %`;

/** The main pages: `[what, role, path]`. */
function mainPages({ learner }) {
  return [
    ['first page', 'visitor', '/'],
    ['catalogue', 'visitor', '/courses'],
    ['course', 'visitor', '/courses/digital-security'],
    ['sign up', 'visitor', '/sign-up'],
    ['home', 'learner', '/home'],
    ['course of a learner', 'learner', learner.journey],
    ['lesson', 'learner', `${learner.journey}/1-2`],
    ['question', 'learner', learner.question],
    ['certificate', 'learner', learner.certificate],
    ['account', 'learner', '/account'],
    ['pathway', 'learner', '/pathway'],
    ['step of a pathway', 'learner', learner.step],
    ['changing a pathway', 'learner', '/pathway/edits'],
    ['question of a challenge', 'learner', learner.challenge],
  ];
}

test('each of the main pages fits into its budget', async () => {
  const wrongs = [];
  row('page', 'bytes', 'of budget', 'requests');
  for (const [what, role, path] of mainPages(place.people)) {
    const page = await place.people[role].context.newPage();
    const { status, text, requests, images } = await visit(page, path);
    await page.close();
    row(what, text, percent(text, MOST_BYTES), requests);
    if (status !== 200) wrongs.push(`${what} answers ${status}`);
    if (text > MOST_BYTES) wrongs.push(`${what} weighs ${text} bytes`);
    if (requests > MOST_REQUESTS) wrongs.push(`${what} asks ${requests} times`);
    for (const { url, bytes } of images) if (bytes > MOST_IMAGE_BYTES) wrongs.push(`${url} weighs ${bytes} bytes`);
  }
  assert.deepEqual(wrongs, []);
});

test('each lesson of each shipped course fits into the budget, with style and script', async () => {
  const context = await person(place.browser, place.server.base, { scripts: false });
  const page = await context.newPage();
  await signUp(page);
  const wrongs = [];
  const shared = await weightOfShared(page, context);
  for (const slug of shipped) {
    const title = await titleOf(page, slug);
    const journey = await enrol(page, title);
    const lessons = await page.goto(journey).then(() => lessonsOf(page, journey));
    assert.ok(lessons.length > 0, `${slug} has no lesson`);
    const cookie = await cookieHeader(context);
    let heaviest = 0;
    for (const lesson of lessons) {
      const { status, bytes, body, headers } = await get(place.server.base + lesson, { cookie });
      assert.equal(status, 200, lesson);
      assert.ok(headers['content-encoding'], `${lesson} is not compressed`);
      assert.ok(body.length > 0);
      heaviest = Math.max(heaviest, bytes + shared);
      if (bytes + shared > MOST_BYTES) wrongs.push(`${slug} ${lesson.slice(journey.length)}: ${bytes + shared} bytes`);
      wrongs.push(...await heavyImages(page, lesson, cookie));
    }
    row(`${slug}, ${lessons.length} lessons`, heaviest, percent(heaviest, MOST_BYTES));
  }
  await context.close();
  assert.deepEqual(wrongs, []);
});

async function titleOf(page, slug) {
  await page.goto(`/courses/${slug}`);
  return (await page.getByRole('heading', { level: 1 }).textContent()).trim();
}

async function lessonsOf(page, journey) {
  const links = await page.locator('nav.outline a[href]').evaluateAll((anchors) => anchors.map((anchor) => anchor.pathname));
  return [...new Set(links)].filter((path) => path.startsWith(journey) && /\/\d+-\d+$/.test(path));
}

/** The style sheet and the script that each page loads once. */
async function weightOfShared(page) {
  await page.goto('/home');
  const urls = await page.locator('link[rel=stylesheet], script[src]').evaluateAll((parts) => parts.map((part) => part.href ?? part.src));
  let bytes = 0;
  for (const url of urls) bytes += (await get(url)).bytes;
  return bytes;
}

async function heavyImages(page, lesson, cookie) {
  await page.goto(lesson, { waitUntil: 'domcontentloaded' });
  const urls = await page.locator('img').evaluateAll((images) => images.map((image) => image.src));
  const weighed = await Promise.all(urls.map(async (url) => ({ url, ...(await get(url, { cookie })) })));
  return weighed.filter(({ status, bytes }) => status !== 200 || bytes > MOST_IMAGE_BYTES)
    .map(({ url, status, bytes }) => `${lesson}: ${url} answers ${status} with ${bytes} bytes`);
}

test('something is seen in good time on slow 3G with a phone four times slower', async () => {
  const wrongs = [];
  row('page', 'ms', 'of budget');
  for (const [what, role, path] of mainPages(place.people)) {
    const page = await place.people[role].context.newPage();
    await page.setViewportSize(PHONE);
    const { paint } = await visit(page, path, { slow: true });
    await page.close();
    row(what, Math.round(paint), percent(paint, FIRST_PAINT_MS));
    assert.ok(paint > 0, `nothing is painted on ${what}`);
    if (paint > PATIENCE * FIRST_PAINT_MS) wrongs.push(`${what} is first seen after ${Math.round(paint)} ms`);
  }
  assert.deepEqual(wrongs, []);
});
