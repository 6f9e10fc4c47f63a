// Measures the budgets of the design and prints each figure with its ratio to the budget.
// Usage: LONTAR_BIN=target/release/lontar node tests/bench/run.mjs [--quick]
//   --quick: shorter runs; the whole stays below a minute.
// The last lines say what is over its budget. That is no failure: how busy a machine is counts for more
// than a change of the program, so a person judges. It fails (exit 1) only when a request fails.

import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { launchBrowser, person } from '../browser/support/browser.mjs';
import { PASSWORD, signIn, turnOnSecondFactor } from '../browser/support/people.mjs';
import { freePort, launch, program, scratchFolder, shippedCourses, startServer } from '../browser/support/server.mjs';
import { cookieHeader, get } from '../browser/support/wire.mjs';
import { learners } from './client.mjs';
import { writeBenchCourses } from './courses.mjs';
import { cpu, load, memory, peakMemory, print, summary } from './measure.mjs';

const QUICK = process.argv.includes('--quick');
const SECONDS = QUICK ? 2 : 8;
const LESSON = '1-1';
const COURSE = 'digital-security';

const folder = await scratchFolder(await shippedCourses());
await starting();
await writeBenchCourses(path.join(folder, 'courses'));
const server = await startServer({ folder });
try {
  const readers = await learners(server.port, 32);
  await reading(readers);
  await lessonPage(readers[0]);
  await quizzes(readers.slice(0, 20));
  await papers(readers[0]);
  readers.forEach((reader) => reader.close());
} finally {
  server.ownsFolder = true;
  await server.stop();
}
await reports();
summary();

/** From the start of the process to the first page, and the memory of a server that waits. */
async function starting() {
  for (const what of ['first start, courses published, to first page', 'start to first page']) {
    const began = performance.now();
    const started = await launch({ folder });
    await started.ready();
    const page = await get(`${started.base}/`);
    if (page.status !== 200) throw new Error(`the first page answers ${page.status}`);
    print(what, performance.now() - began, 'ms', what.startsWith('first') ? undefined : 1000);
    await sleep(1000);
    if (!what.startsWith('first')) print('resident memory, idle, courses loaded', memory(started.pid), 'MB', 60);
    await started.stop();
  }
}

/** All learners read through a course at once. */
async function reading(readers) {
  print('resident memory after 32 people signed up', memory(server.pid), 'MB');
  const until = Date.now() + SECONDS * 1000;
  const read = async (reader) => {
    const journey = await reader.enrol(COURSE);
    for (let lesson = 0; Date.now() < until; lesson += 1) {
      await reader.get('/home');
      await reader.get(`${journey}/${1 + (lesson % 3)}-${1 + (lesson % 2)}`);
      await reader.get(`${journey}/quizzes/${1 + (lesson % 3)}`);
    }
  };
  const peak = await peakMemory(server.pid, () => Promise.all(readers.map(read)));
  print('resident memory, 32 learners at once', peak, 'MB', 120);
}

/** A lesson, signed in, beside a bare route that returns the same bytes. */
async function lessonPage(reader) {
  const journey = await reader.enrol(COURSE);
  const url = `${server.base}${journey}/${LESSON}`;
  const cookie = reader.cookie.replace(/^Cookie: |\r\n$/g, '');
  await lessonViews('lesson, signed in', url, cookie);
  const page = (await get(url, { cookie, encoding: 'identity' })).body.toString();
  const first = (field) => new RegExp(`name="${field}" value="([^"]+)"`).exec(page)[1];
  await reader.post(`${journey}/${LESSON}/completion`, `lesson=${first('lesson')}`);
  await lessonViews('lesson marked as done', url, cookie);
  // From here on the page holds what this learner did, and is nobody else's.
  await reader.post(`${journey}/${LESSON}/checklist`, `block=${first('block')}&tick=0&tick=2`);
  await reader.post(`${journey}/${LESSON}/check`, `question=${first('question')}&a=1`);
  await lessonViews('lesson worked in', url, cookie);
}

async function lessonViews(name, url, cookie) {
  for (const [what, encoding] of [['not compressed', ''], ['brotli', 'br'], ['gzip', 'gzip']]) {
    const { body } = await get(url, { cookie, encoding: encoding || 'identity' });
    const bare = await bareRoute(body);
    const ours = await load(url, server.pid, { seconds: SECONDS, cookie, encoding });
    print(`${name}, ${what}, ${body.length} bytes`, ours.rate, 'requests/s');
    print(`${name}, ${what}, processor a view`, ours.cpu, 'ms', 0.4);
    if (bare) print(`${name}, ${what}, of a bare route's ${Math.round(bare.rate)} requests/s`, (100 * ours.rate) / bare.rate, '%', 50, { atLeast: true });
  }
}

/** An example from the same build, or null when it was not built. */
function example(name) {
  const file = path.join(path.dirname(program()), 'examples', name);
  if (existsSync(file)) return file;
  console.log(`not measured: cargo build --release --example ${name} (looked for ${file})`);
  return null;
}

/** The example `bare` from the same build, or null when it was not built. */
async function bareRoute(body) {
  const bare = example('bare');
  if (!bare) return null;
  const file = path.join(folder, 'bare.html');
  await writeFile(file, body);
  const port = await freePort();
  const child = spawn(bare, [file, String(port)], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  try {
    const url = `http://127.0.0.1:${port}/`;
    for (let tries = 0; tries < 500 && !(await get(url).catch(() => null)); tries += 1) await sleep(10);
    return await load(url, child.pid, { seconds: SECONDS });
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

/** Whole attempts, ten questions, a page each, each answer saved. */
async function quizzes(people) {
  const journeys = await Promise.all(people.map((one) => one.enrol('bench-quiz')));
  const attempt = async (one, journey) => {
    let { path: here } = await one.post(`${journey}/quizzes/1/attempts`);
    for (let number = 0; number < 10; number += 1) ({ path: here } = await one.post(here, 'a=1'));
    if (!here.endsWith('/review')) throw new Error(`ten answers led to ${here}`);
    ({ path: here } = await one.post(here.replace('review', 'submission')));
  };
  await Promise.all(people.map((one, at) => attempt(one, journeys[at])));
  let done = 0;
  const [began, used, ours] = [performance.now(), cpu(server.pid), process.cpuUsage()];
  const until = Date.now() + SECONDS * 2000;
  await Promise.all(people.map(async (one, at) => {
    while (Date.now() < until) {
      await attempt(one, journeys[at]);
      done += 1;
    }
  }));
  const seconds = (performance.now() - began) / 1000;
  const client = process.cpuUsage(ours);
  print('quiz attempts, 20 learners, 10 questions, a page each', (60 * done) / seconds, 'a minute', 10_000, { atLeast: true });
  print('processor of the server for one attempt', (1000 * (cpu(server.pid) - used)) / done, 'ms', 8);
  print('processor of the client for one attempt', (client.user + client.system) / 1000 / done, 'ms');
}

/** PDF and picture of a certificate, the fonts found before. */
async function papers(one) {
  const journey = await one.enrol('bench-paper');
  await one.post(`${journey}/1-1/completion`, 'lesson=bp-1');
  const { path: paper } = await one.post(`${journey}/certificate`);
  for (const [what, file, budget] of [['PDF', 'pdf', 50], ['picture', 'picture', 50]]) {
    await one.post(`${paper}/${file}`, 'name=Siti');
    const count = QUICK ? 10 : 50;
    const used = cpu(server.pid);
    for (let paperNumber = 0; paperNumber < count; paperNumber += 1) await one.post(`${paper}/${file}`, `name=Siti+Rahma+${'abcdefghij'[paperNumber % 10]}`);
    print(`certificate, ${what}, processor once warm`, (1000 * (cpu(server.pid) - used)) / count, 'ms', budget);
  }
}

/** The pages of a programme manager over 50,000 assessments and 100,000 attempts. */
async function reports() {
  const filled = example('needs_map');
  if (!filled) return;
  const folder = await scratchFolder([COURSE, 'needs-assessment']);
  await mkdir(path.join(folder, 'data'));
  const { stdout, problem } = await promisify(execFile)(filled, [path.join(folder, 'data')]).catch((error) => ({ stdout: error.stdout, problem: error }));
  console.log(stdout.trim());
  // Figures are made by one statement with a limit of time: a machine that is too busy for it is no fault.
  if (problem) return console.log('reports not measured: their figures could not be made in time');
  const server = await startServer({ folder });
  const browser = await launchBrowser();
  try {
    await server.makeAccount('figures-reader', PASSWORD);
    await server.command(['account', 'grant', 'figures-reader', 'programme-manager', '--network']);
    const context = await person(browser, server.base);
    const page = await context.newPage();
    await signIn(page, 'figures-reader');
    await turnOnSecondFactor(page);
    const cookie = await cookieHeader(context);
    // Old attempts lose their detail at the first start, which is another work.
    for (let tries = 0; tries < 600 && !server.stdout.includes('deleted what was due'); tries += 1) await sleep(100);
    for (const [what, address] of [['needs map', '/manage/needs'], ['what courses changed', '/manage/gain']]) {
      print(`report, ${what}, over 100,000 attempts`, await median(() => report(`${server.base}${address}`, cookie)), 'ms', 300);
    }
  } finally {
    await browser.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function report(url, cookie) {
  const { status, body } = await get(url, { cookie, encoding: 'identity' });
  if (status !== 200 || !body.includes('class="heat"')) throw new Error(`${url} answers ${status} without figures`);
}

/** The middle one of eleven times, in milliseconds. */
async function median(work) {
  const times = [];
  for (let time = 0; time < 11; time += 1) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  return times.sort((one, other) => one - other)[5];
}
