// A small inhabited server: people of each role, and every page that each can reach.

import { answerBook } from './answers.mjs';
import { DESK, launchBrowser, person } from './browser.mjs';
import * as way from './journey.mjs';
import { assess } from './needs.mjs';
import { signInWithSecondFactor, signUp, staff, turnOnSecondFactor } from './people.mjs';
import { courseFolder, startDemo, startServer } from './server.mjs';

const MOST_PAGES = 400;
/** What is no page, or must not be opened by walking around. */
const NOT_PAGES = /^\/(leave|static|media|account\/data|certificates\/[^/]+\/badge|manage\/needs\.(csv|xlsx))(\/|$)/;
/** Those whose pages are walked through, one after the other. */
export const ROLES = ['visitor', 'learner', 'trainer', 'manager', 'administrator'];

/**
 * `{ server, browser, people, stop }`; `people` maps a role to `{ context, page, starts }`. The
 * learner has finished the fixture course and sits in an attempt of another, has a pathway and sits in
 * a challenge; one work waits. The manager looks at a made-up network on a server of its own, because
 * figures are shown only of many people.
 */
export async function world({ courses = ['browser-course', 'digital-security'], env = {} } = {}) {
  env = { LONTAR_PSEUDO_LANGUAGE: '1', ...env };
  const server = await startServer({ courses: [...courses, 'needs-assessment'], env });
  const network = await startDemo({ courses: ['digital-security', 'needs-assessment'], learners: 200, env });
  const browser = await launchBrowser();
  const stop = async () => { await browser.close(); await server.stop(); await network.server.stop(); };
  try {
    const people = await inhabit(server, browser);
    people.manager = await manage(network, browser);
    return { server, browser, stop, people };
  } catch (error) {
    await stop();
    console.log(server.complaints());
    throw error;
  }
}

async function inhabit(server, browser) {
  const people = {};
  for (const role of ['visitor', 'learner', 'trainer', 'administrator']) {
    const context = await person(browser, server.base, { size: DESK });
    people[role] = { context, page: await context.newPage(), starts: ['/home'] };
  }
  people.visitor.starts = ['/', '/courses', '/sign-up', '/sign-in', '/recovery', '/verify', '/emergency', '/about', '/no-such-page'];
  await signUp(people.administrator.page, server.setupLink);
  await turnOnSecondFactor(people.administrator.page);
  await staff(server, people.trainer.page, 'trainer-of-the-world', 'trainer');
  await finish(people);
  await begin(people);
  await plan(people);
  return people;
}

/** A programme manager of the whole network, with figures of a quarter. */
async function manage({ server, staff }, browser) {
  const context = await person(browser, server.base, { size: DESK });
  const page = await context.newPage();
  await signInWithSecondFactor(page, 'demo-network', staff['demo-network']);
  await page.goto('/manage/needs');
  await page.getByRole('table').first().waitFor();
  return { context, page, starts: ['/home', '/manage', '/manage/needs', '/manage/gain'] };
}

/** The learner finishes the fixture course; the trainer marks. */
async function finish({ learner, trainer, visitor }) {
  const { page } = learner;
  const book = answerBook(courseFolder('browser-course'));
  learner.name = (await signUp(page)).name;
  const journey = await way.enrol(page, 'Keeping a village library');
  for (const [module, lessons] of [[1, 3], [2, 3]]) {
    for (let lesson = 1; lesson <= lessons; lesson += 1) {
      await page.goto(`${journey}/${module}-${lesson}`);
      await way.doLesson(page, book);
    }
    await page.goto(`${journey}/quizzes/${module}`);
    await way.takeQuiz(page, book, { rightly: false });
    await way.takeQuiz(page, book);
  }
  await page.goto(`${journey}/task`);
  await way.handIn(page, 'Fifty lines, one a book, with its place. Nothing real is in here.');
  await way.markAll(trainer.page);
  await page.goto(`${journey}/certificate`);
  await way.button(page, 'Get certificate').click();
  await page.waitForURL('**/certificates/*');
  visitor.starts.push(new URL(await page.locator('a[href*="/verify/"]').first().getAttribute('href'), page.url()).pathname);
  learner.journey = journey;
  learner.certificate = new URL(page.url()).pathname;
}

/** Somebody in the middle: each question of an open attempt, a work that waits to be marked. */
async function begin({ learner, trainer }) {
  const { page, context } = learner;
  await page.goto(`${learner.journey}/quizzes/1`);
  await way.button(page, 'Try again').click();
  const attempt = new URL(page.url()).pathname.replace(/\/\d+$/, '');
  learner.question = `${attempt}/1`;
  for (let number = 1; number <= 8; number += 1) learner.starts.push(`${attempt}/${number}`);
  learner.starts.push(`${attempt}/review`);
  const other = await (await context.browser().newContext({ baseURL: page.url() })).newPage();
  await signUp(other);
  const journey = await way.enrol(other, 'Keeping a village library');
  await other.goto(`${journey}/task`);
  await way.handIn(other, 'A list with numbers, and the hours at the door. All of it is invented.');
  await other.context().close();
  trainer.starts.push('/teach');
}

/** A pathway through the second course, and a challenge of which nothing is answered yet. */
async function plan({ learner }) {
  const { page } = learner;
  await assess(page, /Digital security/, ['Documenter or researcher', 'People like me are questioned']);
  learner.starts.push(new URL(page.url()).pathname, '/needs', '/pathway', '/pathway/edits');
  await page.goto('/pathway');
  await way.link(page, 'Risk and security planning').first().click();
  learner.step = new URL(page.url()).pathname;
  await way.button(page, 'Start the six questions').click();
  const challenge = new URL(page.url()).pathname.replace(/\/\d+$/, '');
  learner.challenge = `${challenge}/1`;
  learner.starts.push(`${challenge}/1`, `${challenge}/review`);
}

/** All pages that can be reached by links from where a person starts: paths with their query. */
export async function reachable({ page, starts }) {
  const found = new Map();
  const waiting = [...starts];
  while (waiting.length && found.size < MOST_PAGES) {
    const address = waiting.shift();
    const { pathname } = new URL(address, 'http://here');
    if (found.has(pathname) || NOT_PAGES.test(pathname)) continue;
    const answer = await page.goto(address);
    const here = new URL(page.url()).pathname;
    found.set(pathname, null);
    if (found.get(here)) continue;
    found.set(here, answer.status());
    const links = await page.locator('a[href]').evaluateAll((anchors) => anchors.map((anchor) => anchor.href));
    const home = new URL(page.url()).origin;
    for (const link of links) {
      const url = new URL(link);
      if (url.origin === home && !url.searchParams.has('lang')) waiting.push(url.pathname + url.search);
    }
  }
  return [...found].filter(([, status]) => status).map(([path, status]) => ({ path, status }));
}
