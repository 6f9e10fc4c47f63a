// What somebody sees who takes the phone: nothing. And what holds for every reader: keyboard, print,
// right to left, large letters, one's own language.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerBook } from './support/answers.mjs';
import { DESK, overflow, person, PHONE } from './support/browser.mjs';
import { flat, textOf } from './support/certificate.mjs';
import * as way from './support/journey.mjs';
import { keyboard, press } from './support/keyboard.mjs';
import { PASSWORD, signIn, signUp } from './support/people.mjs';
import { courseFolder } from './support/server.mjs';
import { cookieHeader, get } from './support/wire.mjs';
import { reachable, ROLES, world } from './support/world.mjs';

let place;
before(async () => { place = await world(); });
after(() => place?.stop());

const LEAVE = {
  'by its link': { scripts: true, act: (page) => page.getByRole('link', { name: 'Leave quickly' }).click() },
  'by its link, without script': { scripts: false, act: (page) => page.getByRole('link', { name: 'Leave quickly' }).click() },
  'by Shift three times': {
    scripts: true,
    act: async (page) => { for (let press = 0; press < 3; press += 1) await page.keyboard.press('Shift'); },
  },
};

describe('leaving quickly', () => {
  for (const [how, { scripts, act }] of Object.entries(LEAVE)) {
    test(`${how} ends the session on the server and leaves nothing in the browser`, async () => {
      const learner = await person(place.browser, place.server.base, { scripts });
      const page = await learner.newPage();
      const { name } = await signUp(page);
      await page.goto('/account');
      const cookie = await cookieHeader(learner);
      assert.equal((await get(`${place.server.base}/account`, { cookie })).status, 200, 'the session was not there');
      await act(page);
      await page.waitForURL((url) => url.pathname === '/leave');
      assert.doesNotMatch(await page.content(), /lontar|learn|course/i);
      assert.equal((await get(`${place.server.base}/account`, { cookie })).status, 303, 'the session lives on');
      assert.deepEqual(await learner.cookies(), []);
      await nothingIsKept(page, learner, scripts);
      await page.goBack();
      const shown = await page.content();
      assert.ok(!shown.includes(name) && !/Your account|Sign out/.test(shown), 'the way back shows the person');
      learner.assertCalm();
      await learner.close();
    });
  }
});

/** Storage, caches and workers of our origin are empty. */
async function nothingIsKept(page, context, scripts) {
  if (!scripts) return;
  const kept = await page.evaluate(async () => ({
    local: localStorage.length, session: sessionStorage.length, cookie: document.cookie,
    caches: (await caches.keys()).length, workers: (await navigator.serviceWorker.getRegistrations()).length,
    databases: (await indexedDB.databases()).length,
  }));
  assert.deepEqual(kept, { local: 0, session: 0, cookie: '', caches: 0, workers: 0, databases: 0 });
}

/** Whether the way out lies in the window with nothing over it. */
const wayOutIsInReach = (page) => page.evaluate(() => {
  const link = document.querySelector('a.leave');
  const { left, right, top, bottom } = link.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const isInside = left >= 0 && top >= 0 && right <= clientWidth && bottom <= clientHeight;
  return isInside && document.elementFromPoint((left + right) / 2, (top + bottom) / 2) === link;
});

for (const language of ['English', '⟦Pseudo⟧']) {
  test(`the way out is in reach wherever somebody has scrolled to (${language})`, async () => {
    const { page, journey, question } = place.people.learner;
    await page.goto('/account');
    await page.getByRole('button', { name: language }).click();
    await page.goto(`${journey}/quizzes/1`);
    const result = await page.locator('main a[href^="/attempts/"]').last().getAttribute('href');
    const lesson = `${journey}/1-2`;
    for (const size of [PHONE, DESK]) {
      await page.setViewportSize(size);
      for (const path of ['/home', lesson, question, result]) {
        await page.goto(path);
        for (const part of [0, 0.5, 1]) {
          await page.evaluate((part) => scrollTo(0, part * document.documentElement.scrollHeight), part);
          assert.ok(await wayOutIsInReach(page), `${path} at ${size.width}, scrolled by ${part}`);
        }
      }
    }
    await page.setViewportSize(PHONE);
    await page.goto(`${lesson}#b-bc1-2-check`);
    const [out, target] = await Promise.all(['.leave', '#b-bc1-2-check'].map((part) => page.locator(part).boundingBox()));
    assert.ok(await page.evaluate(() => scrollY > 0), 'the lesson fits into the window');
    assert.ok(target.y >= out.y + out.height, 'the way out covers what an address leads to');
    await page.goto('/account');
    await page.getByRole('button', { name: 'English' }).click();
    await page.setViewportSize(DESK);
  });
}

/** Somebody at the checklist of a lesson, with its boxes and the button that saves the ticks. */
async function atTheChecklist() {
  const context = await person(place.browser, place.server.base);
  const page = await context.newPage();
  const { name } = await signUp(page);
  const lesson = `${await way.enrol(page, 'Keeping a village library')}/1-2`;
  await page.goto(lesson);
  return { context, page, name, lesson, boxes: page.locator('.checklist input'), save: way.button(page, 'Save the ticks') };
}

const ticked = (boxes) => boxes.evaluateAll((all) => all.filter((box) => box.checked).length);

test('a tick made without a network can be saved when it is back', async () => {
  const { context, page, lesson, boxes, save } = await atTheChecklist();
  await boxes.nth(0).check();
  await save.waitFor({ state: 'hidden' });
  await context.setOffline(true);
  await boxes.nth(1).check();
  await save.waitFor();
  await context.setOffline(false);
  await save.click();
  await page.waitForURL((url) => url.hash.startsWith('#b-'));
  await page.goto(lesson);
  assert.equal(await ticked(boxes), 2);
  await context.close();
});

test('a tick made after the session ended is kept over the sign-in', async () => {
  const { context, page, name, lesson, boxes, save } = await atTheChecklist();
  await boxes.nth(0).check();
  await save.waitFor({ state: 'hidden' });
  const elsewhere = await person(place.browser, place.server.base);
  const other = await elsewhere.newPage();
  await signIn(other, name);
  await other.goto('/account/sessions');
  await way.button(other, 'End all others').click();
  await elsewhere.close();
  await boxes.nth(1).check();
  await save.waitFor();
  await save.click();
  await page.getByText('What you just sent is kept on this page').waitFor();
  await page.getByLabel('Sign-in name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await way.button(page, 'Sign in').click();
  await way.button(page, 'Save it').click();
  await page.waitForURL((url) => url.pathname === lesson);
  assert.equal(await ticked(boxes), 2);
  await context.close();
});

test('a form that got no answer can be sent again after ten seconds, and not by a second tap before', async () => {
  const { context, page } = await atTheChecklist();
  let sent = 0;
  // As when somebody stops a page that does not come: the browser stays where it is.
  await page.route('**/completion', (route) => { sent += 1; return route.abort('aborted'); });
  const tap = async () => {
    await way.button(page, 'Mark as done').click({ noWaitAfter: true });
    await sleep(500);
    return sent;
  };
  assert.equal(await tap(), 1);
  assert.equal(await tap(), 1, 'a second tap sent it twice');
  await sleep(10_000);
  assert.equal(await tap(), 2);
  await context.close();
});

test('signing out ends the session too', async () => {
  const learner = await person(place.browser, place.server.base);
  const page = await learner.newPage();
  await signUp(page);
  const cookie = await cookieHeader(learner);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL((url) => url.pathname === '/');
  assert.equal((await get(`${place.server.base}/home`, { cookie })).status, 303);
  assert.deepEqual(await learner.cookies(), []);
  await learner.close();
});

test('titles and addresses of a learner say nothing, and no page asks anybody else', async () => {
  const { page, context } = place.people.learner;
  for (const { path, status } of await reachable(place.people.learner)) {
    if (/^\/(courses|verify|about|emergency)/.test(path)) continue;
    assert.doesNotMatch(path, /librar|digital|security|village|\b(DS|UN|BH)\d/i);
    await page.goto(path);
    assert.equal(await page.title(), 'Home', `${path} (${status})`);
  }
  context.excuse(/status of 404/);
  context.assertCalm();
});

test('choosing a language keeps the place, signed in or not', async () => {
  const { visitor, learner } = place.people;
  await visitor.page.goto('/courses/browser-course');
  await visitor.page.getByRole('link', { name: 'Bahasa Indonesia' }).click();
  assert.equal(new URL(visitor.page.url()).pathname, '/courses/browser-course');
  assert.equal(await visitor.page.locator('html').getAttribute('lang'), 'id');
  const lesson = `${learner.journey}/1-2`;
  await learner.page.goto(lesson);
  for (const [name, tag] of [['Bahasa Indonesia', 'id'], ['English', 'en']]) {
    await learner.page.getByRole('button', { name }).click();
    await learner.page.waitForFunction((lang) => document.documentElement.lang === lang, tag);
    assert.equal(new URL(learner.page.url()).pathname, lesson);
  }
});

test('somebody with a keyboard only signs in, and sees where they are', async () => {
  const context = await person(place.browser, place.server.base, { size: DESK });
  const page = await context.newPage();
  const { name } = await signUp(page);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.goto('/sign-in');
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'Leave quickly', 'the first stop is not the way out');
  await tabTo(page, 'Sign-in name');
  await page.keyboard.type(name);
  await tabTo(page, 'Password');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname === '/home');
  await page.keyboard.press('Tab');
  const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.notEqual(ring, 'none', 'nothing shows where the keyboard is');
  await context.close();
});

test('somebody with a keyboard only takes a quiz with each kind of question, up to its result', async () => {
  const context = await person(place.browser, place.server.base, { size: DESK });
  const page = await context.newPage();
  await signUp(page);
  const journey = await way.enrol(page, 'Keeping a village library');
  // Where a mouse would be, nothing reacts.
  await page.addInitScript(() => {
    for (const kind of ['mousedown', 'pointerdown', 'touchstart']) {
      addEventListener(kind, (event) => { event.preventDefault(); event.stopImmediatePropagation(); document.title = 'a mouse was used'; }, true);
    }
  });
  await page.goto(`${journey}/quizzes/1`);
  const kinds = await way.takeQuiz(page, answerBook(courseFolder('browser-course')), {
    hand: keyboard(page), press: (found) => press(page, found),
  });
  assert.deepEqual(kinds.sort(), ['blanks', 'matching', 'multiple', 'numeric', 'ordering', 'short-text', 'single', 'true-false']);
  assert.equal(await way.hasPassed(page), true);
  context.assertCalm();
  await context.close();
});

const focused = (page) => page.evaluate(() => {
  const held = document.activeElement;
  return (held.labels?.[0] ?? held).textContent.trim();
});

async function tabTo(page, name) {
  for (let press = 0; press < 40; press += 1) {
    if (await focused(page) === name) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`Tab does not reach ${name}`);
}

test('a printed lesson has its text and nothing to press', async () => {
  const { page, journey } = place.people.learner;
  await page.goto(`${journey}/1-2`);
  await page.emulateMedia({ media: 'print' });
  assert.ok(await page.getByRole('heading', { level: 1 }).isVisible());
  for (const part of ['.bar', '.leave', '.foot', '.steps']) {
    assert.equal(await page.locator(part).first().isVisible(), false, `${part} is printed`);
  }
  await page.emulateMedia({ media: null });
});

test('printed recovery codes are there to the last, and nothing that tells of us is beside them', async () => {
  const context = await person(place.browser, place.server.base, { size: DESK });
  const page = await context.newPage();
  await page.goto('/sign-up');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Create an account' }).click();
  await page.getByRole('heading', { name: 'Recovery codes' }).waitFor();
  const codes = await page.locator('ol.codes li').allTextContents();
  assert.ok(codes.length >= 8, `${codes.length} codes`);
  await page.emulateMedia({ media: 'print' });
  for (const code of await page.locator('ol.codes li').all()) assert.ok(await code.isVisible());
  for (const part of ['.bar', '.leave', '.foot', '.button']) {
    assert.equal(await page.locator(part).first().isVisible(), false, `${part} is printed`);
  }
  const paper = await textOf(await page.pdf());
  const lacking = codes.filter((code) => !paper.includes(flat(code)));
  assert.deepEqual(lacking, [], paper);
  assert.doesNotMatch(paper, /Leave quickly|Sign out|I have kept them/);
  await context.close();
});

test('a page that comes back from the memory of the browser is shown again and asked for anew', async () => {
  const { page } = place.people.learner;
  await page.goto('/account');
  const again = page.waitForRequest((request) => request.isNavigationRequest() && new URL(request.url()).pathname === '/account');
  const loaded = page.waitForEvent('load');
  const isHidden = await page.evaluate(() => {
    document.documentElement.hidden = true;
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    return document.documentElement.hidden;
  });
  assert.equal(isHidden, false, 'what hid the page stays over it');
  await again;
  await loaded;
  // A page that was fetched just now is not fetched twice.
  const asked = [];
  page.on('request', (request) => { if (request.isNavigationRequest()) asked.push(request.url()); });
  await page.goto('/home');
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false })));
  await page.waitForTimeout(300);
  assert.equal(asked.length, 1, asked.join(' '));
});

/** The pages of each role at a width, with what is wider than the window. */
async function tooWide(role, prepare = async () => {}) {
  const someone = place.people[role];
  const wide = [];
  for (const { path } of await reachable(someone)) {
    await someone.page.goto(path);
    await prepare(someone.page);
    const pixels = await overflow(someone.page);
    if (pixels > 0) wide.push(`${path} by ${pixels} px`);
  }
  return wide;
}

for (const role of ROLES) {
  test(`at 200 % zoom and at 320 px no page of a ${role} is wider than the window`, async () => {
    const { page } = place.people[role];
    await page.setViewportSize({ width: 320, height: 500 });
    assert.deepEqual(await tooWide(role), [], 'at 320 px');
    // A window of 1280 px at 200 % holds 640; letters alone are doubled as well.
    await page.setViewportSize({ width: 640, height: 400 });
    const large = (page) => page.evaluate(() => { document.documentElement.style.setProperty('font-size', '200%'); });
    assert.deepEqual(await tooWide(role, large), [], 'with letters of twice the size');
    await page.setViewportSize(DESK);
  });

  test(`from right to left no page of a ${role} is wider than a phone`, async () => {
    const someone = place.people[role];
    await someone.page.setViewportSize(PHONE);
    const signedIn = role !== 'visitor';
    if (signedIn) {
      await someone.page.goto('/account');
      await someone.page.getByRole('button', { name: '⟦Pseudo⟧' }).click();
    }
    const turn = signedIn ? undefined : (page) => page.goto(`${page.url()}${page.url().includes('?') ? '&' : '?'}lang=ar-XB`);
    assert.deepEqual(await tooWide(role, turn), []);
    assert.equal(await someone.page.locator('html').getAttribute('dir'), 'rtl');
    if (signedIn) await someone.page.getByRole('button', { name: 'English' }).click();
    await someone.page.setViewportSize(DESK);
  });
}

test('a guesser is slowed down with a sentence, and nobody else is', async () => {
  const context = await person(place.browser, place.server.base);
  const page = await context.newPage();
  await signUp(page, '/sign-up', 'slow-guess-target');
  await page.getByRole('button', { name: 'Sign out' }).click();
  let status = 0;
  for (let guess = 0; guess < 15 && status !== 429; guess += 1) {
    await page.goto('/sign-in');
    await page.getByLabel('Sign-in name').fill('slow-guess-target');
    await page.getByLabel('Password', { exact: true }).fill(`wrong guess ${guess}`);
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.request().method() === 'POST'),
      page.getByRole('button', { name: 'Sign in' }).click(),
    ]);
    status = answer.status();
  }
  assert.equal(status, 429);
  await page.getByText('There were many tries from here').waitFor();
  assert.equal(await page.getByLabel('Sign-in name').inputValue(), 'slow-guess-target', 'the form comes back');
  const other = await context.newPage();
  await signIn(other, place.people.learner.name);
  await other.waitForURL((url) => url.pathname === '/home');
  await context.close();
});
