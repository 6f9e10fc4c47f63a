// The program as an operator meets it: starting, stopping, being told wrong things.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { writeBenchCourses } from '../bench/courses.mjs';
import { answer, answerBook } from './support/answers.mjs';
import { launchBrowser, person } from './support/browser.mjs';
import * as way from './support/journey.mjs';
import { PASSWORD, signIn, signUp } from './support/people.mjs';
import { courseFolder, freePort, program, run, scratchFolder, Server, settings, startServer } from './support/server.mjs';
import { get } from './support/wire.mjs';

const QUICK_START_MS = 5_000;

let folder;
before(async () => { folder = await scratchFolder(); });
after(() => rm(folder, { recursive: true, force: true }));

/** Something went wrong and was said in one sentence: no trace, no debug print. */
function assertSentence({ code, stderr }) {
  assert.equal(code, 1, `ended with ${code}: ${stderr}`);
  const said = stderr.split('\n').filter((line) => line.startsWith('lontar: '));
  assert.equal(said.length, 1, stderr);
  assert.match(said[0], /^lontar: [A-Z].+[.?]$/);
  assert.doesNotMatch(stderr, /panicked|RUST_BACKTRACE|thread '|Error \{|Some\(|\bat src\//);
  return said[0];
}

/** What is in a data folder, without what SQLite makes and drops at each look at a database. */
async function filesOf(folder) {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => !/-(shm|wal)$/.test(name)).sort();
}

/** Every row of every table, as text. */
async function dump() {
  const database = path.join(folder, 'data', 'lontar.sqlite');
  return (await promisify(execFile)('sqlite3', [database, '.dump'], { maxBuffer: 1 << 28 })).stdout;
}

describe('starting', () => {
  test('the first start makes key and database, publishes, and prints where to go', async () => {
    const server = await startServer({ folder });
    assert.match(server.stdout, new RegExp(`Lontar is open at ${server.base}\n`));
    assert.ok(server.setupLink, server.stdout);
    assert.match(server.stderr, /A server key was made/);
    assert.match(server.stderr, /Published .*browser-course/);
    assert.equal((await get(`${server.base}/readyz`)).status, 200);
    assert.equal((await server.stop()).code, 0);
  });

  test('the second start is quick and changes nothing', async () => {
    const key = await readFile(path.join(folder, 'data', 'key'));
    const began = performance.now();
    const server = await startServer({ folder });
    const ready = performance.now() - began;
    assert.doesNotMatch(server.stderr, /Published|was made/);
    assert.deepEqual(await readFile(path.join(folder, 'data', 'key')), key);
    await server.stop();
    console.log(`second start: ready after ${Math.round(ready)} ms`);
    assert.ok(ready < QUICK_START_MS, `${ready} ms`);
  });

  test('the link for the first administrator works once', async () => {
    const server = await startServer({ folder });
    const browser = await launchBrowser();
    const first = await person(browser, server.base);
    await signUp(await first.newPage(), server.setupLink);
    assert.equal((await get(server.setupLink)).status, 404, 'the link works twice');
    const { port } = server;
    await browser.close();
    await server.stop();
    const before = await dump();
    const again = await startServer({ folder, port });
    assert.equal(again.setupLink, undefined, 'a new link although there is an administrator');
    await again.stop();
    assert.equal(await dump(), before, 'the start wrote into the database');
  });
});

// What the readme promises: the program, a folder of courses, nothing else.
test('one command without settings makes a key and a database and serves', async () => {
  const own = await scratchFolder();
  const { PATH } = process.env;
  const port = await freePort();
  const child = spawn(program(), [], { env: { PATH, LONTAR_PORT: String(port) }, cwd: own, stdio: ['ignore', 'pipe', 'pipe'] });
  const server = new Server(own, port, child, true);
  try {
    await server.ready();
    const made = await readdir(path.join(own, 'var'));
    assert.ok(made.includes('key') && made.includes('lontar.sqlite'), made.join(' '));
    assert.equal((await stat(path.join(own, 'var', 'key'))).mode & 0o077, 0, 'others can read the key');
    assert.ok(server.stdout.includes(`Lontar is open at ${server.base}\n`), server.stdout);
    assert.ok(server.setupLink.startsWith(`${server.base}/setup/`), server.stdout);
    assert.equal((await get(server.setupLink)).status, 200);
    assert.equal((await get(`${server.base}/`)).status, 200);
    assert.equal((await get(`${server.base}/courses/browser-course`)).status, 200);
  } finally {
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
  }
});

describe('a setting that is wrong stops the start with a sentence', () => {
  const WRONG = {
    'a port that is no number': { LONTAR_PORT: 'abc' },
    'a port that does not exist': { LONTAR_PORT: '70000' },
    'an address that is none': { LONTAR_ADDRESS: 'here' },
    'a public address that is none': { LONTAR_PUBLIC_URL: 'javascript:alert(1)' },
    'a database we do not know': { DATABASE_URL: 'mysql://root:hidden@db/x' },
    'a folder of courses that is not there': { LONTAR_COURSES: '/no/such/folder' },
    'a data folder that cannot be made': { LONTAR_DATA: '/proc/nowhere' },
  };
  for (const [what, env] of Object.entries(WRONG)) {
    test(what, async () => {
      const ended = await run([], { env: settings(folder, await freePort(), env), cwd: folder });
      assert.doesNotMatch(assertSentence(ended), /hidden/);
    });
  }

  // A key that is wrong in the settings themselves: nothing is there yet, and nothing is made.
  const WRONG_KEYS = {
    'a key that is none': [{ LONTAR_KEY: 'nonsense' }, /LONTAR_KEY/],
    'a passphrase that is too short': [{ LONTAR_PASSPHRASE: 'tiny' }, /passphrase is too short: .*12/],
    'a key and a passphrase': [{ LONTAR_KEY: 'a'.repeat(64), LONTAR_PASSPHRASE: 'five plain words and more' }, /LONTAR_KEY.* and .*LONTAR_PASSPHRASE/],
  };
  for (const [what, [env, sentence]] of Object.entries(WRONG_KEYS)) {
    test(what, async () => {
      const other = await scratchFolder([]);
      const said = assertSentence(await run([], { env: settings(other, await freePort(), env), cwd: other }));
      assert.match(said, sentence);
      Object.values(env).forEach((value) => assert.ok(!said.includes(value), 'the secret is repeated'));
      assert.deepEqual(await filesOf(path.join(other, 'data')), [], 'something was made');
      await rm(other, { recursive: true });
    });
  }

  test('the key of another database, and a key file that is damaged, change nothing', async () => {
    const other = await scratchFolder();
    const data = path.join(other, 'data');
    await (await startServer({ folder: other })).stop();
    const key = await readFile(path.join(data, 'key'), 'utf8');
    const start = async (env) => assertSentence(await run([], { env: settings(other, await freePort(), env), cwd: other }));

    assert.match(await start({ LONTAR_KEY: 'ab'.repeat(32) }), /key does not belong to this database: put back/);
    assert.equal(await readFile(path.join(data, 'key'), 'utf8'), key);
    await writeFile(path.join(data, 'key'), 'torn in two');
    assert.match(await start(), /key does not hold what it should: put back/);
    assert.equal(await readFile(path.join(data, 'key'), 'utf8'), 'torn in two');
    assert.deepEqual(await filesOf(data), ['key', 'lontar.sqlite', 'serving']);

    await writeFile(path.join(data, 'key'), key);
    const server = await startServer({ folder: other });
    assert.doesNotMatch(server.stderr, /Published|was made/, 'another database was begun');
    await server.stop();
    await rm(other, { recursive: true });
  });

  test('a port that is taken', async () => {
    const server = await startServer({ folder });
    const other = await scratchFolder([]);
    const ended = await run([], { env: settings(other, server.port), cwd: other });
    assert.match(assertSentence(ended), /LONTAR_PORT/);
    await rm(other, { recursive: true });
    await server.stop();
  });

  // Nobody listens at port 9 of this machine.
  test('a PostgreSQL server that cannot be reached', async () => {
    const env = settings(folder, await freePort(), { DATABASE_URL: 'postgres://lontar:hidden@127.0.0.1:9/lontar' });
    const said = assertSentence(await run([], { env, cwd: folder }));
    assert.match(said, /DATABASE_URL .*cannot be reached/);
    assert.doesNotMatch(said, /hidden/);
  });

  const { LONTAR_TEST_POSTGRES } = process.env;
  test('a PostgreSQL database that is not there', { skip: !LONTAR_TEST_POSTGRES }, async () => {
    const DATABASE_URL = LONTAR_TEST_POSTGRES.replace(/[^/]+$/, 'no_such_database');
    const env = settings(folder, await freePort(), { DATABASE_URL });
    assert.match(assertSentence(await run([], { env, cwd: folder })), /DATABASE_URL .*createdb/);
  });

  test('a settings file with an unknown key', async () => {
    const other = await scratchFolder([]);
    await writeFile(path.join(other, 'lontar.toml'), 'porrt = 1\n');
    assert.match((await run([], { env: settings(other, await freePort()), cwd: other })).stderr, /porrt/);
    await rm(other, { recursive: true });
  });
});

// The way to PostgreSQL is cut in the middle and mended again.
describe('a database that goes away', { skip: !process.env.LONTAR_TEST_POSTGRES }, () => {
  test('is told kindly to somebody signed in, and the server goes on by itself when it is back', async () => {
    const url = new URL(process.env.LONTAR_TEST_POSTGRES);
    const name = `lontar_process_${process.pid}`;
    const psql = (sql) => promisify(execFile)('psql', [process.env.LONTAR_TEST_POSTGRES, '-qc', sql]);
    await psql(`CREATE DATABASE ${name}`);
    const wires = new Set();
    const relay = createServer((near) => {
      const far = connect(Number(url.port), url.hostname);
      for (const [one, other] of [[near, far], [far, near]]) {
        wires.add(one);
        one.pipe(other);
        one.on('error', () => other.destroy()).on('close', () => { wires.delete(one); other.destroy(); });
      }
    });
    await new Promise((resolve) => relay.listen(0, '127.0.0.1', resolve));
    const { port } = relay.address();
    const through = Object.assign(new URL(url), { hostname: '127.0.0.1', port: String(port), pathname: `/${name}` });
    const server = await startServer({ env: { DATABASE_URL: through.href } });
    const browser = await launchBrowser();
    try {
      const page = await (await person(browser, server.base)).newPage();
      await signUp(page, `${server.base}/sign-up`);
      await page.goto(`${server.base}/home`);

      relay.close();
      wires.forEach((wire) => wire.destroy());
      await sleep(1_100);
      const gone = await page.goto(`${server.base}/home`);
      assert.equal(gone.status(), 503);
      assert.equal(gone.headers()['retry-after'], '60');
      assert.equal(new URL(page.url()).pathname, '/home', 'sent to sign in although the session is good');
      assert.equal((await page.goto(`${server.base}/courses`)).status(), 200, 'what needs no database goes on');

      await new Promise((resolve) => relay.listen(port, '127.0.0.1', resolve));
      for (let tries = 0; tries < 50; tries += 1) {
        if ((await page.goto(`${server.base}/home`)).status() === 200) break;
        await sleep(100);
      }
      assert.equal(new URL(page.url()).pathname, '/home');
      assert.equal((await page.goto(`${server.base}/account`)).status(), 200, 'still signed in');
    } finally {
      await browser.close();
      await server.stop();
      relay.close();
      wires.forEach((wire) => wire.destroy());
      await psql(`DROP DATABASE ${name} WITH (FORCE)`);
    }
  });
});

describe('a full disk', () => {
  let own, full, mounted;
  before(async () => {
    own = await scratchFolder();
    full = path.join(own, 'data');
    await mkdir(full);
    mounted = await promisify(execFile)('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', full]).then(() => true, () => false);
  });
  after(async () => {
    if (mounted) await promisify(execFile)('umount', [full]);
    await rm(own, { recursive: true, force: true });
  });

  test('is told kindly, keeps what was typed and what was acknowledged, and ends without a restart', async (t) => {
    if (!mounted) return t.skip('no small disk can be mounted here: that takes root');
    const server = await startServer({ folder: own });
    const browser = await launchBrowser();
    try {
      const page = await (await person(browser, server.base)).newPage();
      await signUp(page);
      const journey = await way.enrol(page, 'Keeping a village library');
      await page.goto(`${journey}/quizzes/1`);
      await way.button(page, 'Start quiz').click();
      const question = page.url();
      const ballast = path.join(full, 'ballast');
      await fill(ballast);

      const { acknowledged, refused } = await writeUntilRefused(page, `${journey}/1-2`);
      await isTold(page);
      assert.equal(await page.locator('input[name=text]').inputValue(), refused);
      const lesson = await page.goto(`${journey}/1-2`);
      assert.equal(lesson.status(), 200, 'reading needs no room');
      if (acknowledged) assert.equal(await page.locator('textarea[name=text]').inputValue(), acknowledged);

      await page.goto(question);
      await answer(page, answerBook(courseFolder('browser-course')));
      const given = await page.locator('input[name=a]:checked').inputValue();
      assert.equal(await answered(page, () => way.button(page, 'Next question').click()), 503);
      await isTold(page);
      assert.equal(await page.locator('input[name=a]').inputValue(), given);

      await rm(ballast);
      assert.equal(await answered(page, () => way.button(page, 'Send it again').click()), 303);
      assert.equal(new URL(page.url()).pathname, new URL(question).pathname.replace(/1$/, '2'));
      await page.goto(question);
      assert.equal(await page.locator('input[name=a]:checked').inputValue(), given);
      await page.goto(`${journey}/1-2`);
      if (acknowledged) assert.equal(await page.locator('textarea[name=text]').inputValue(), acknowledged);
    } finally {
      await browser.close();
      assert.deepEqual(await server.stop(), { code: 0, signal: null });
    }
  });

  /** Writes until nothing more goes onto the disk. */
  async function fill(file) {
    const ended = await promisify(execFile)('dd', ['if=/dev/zero', `of=${file}`, 'bs=4k']).then(() => '', ({ stderr }) => stderr);
    assert.match(ended, /No space left/);
  }

  /** Saves longer and longer notes; the last one that was taken, and the first that was not. */
  async function writeUntilRefused(page, lesson) {
    let acknowledged = null;
    for (let length = 1; length < 200; length += 1) {
      await page.goto(lesson);
      const text = 'The list lies in the drawer. '.repeat(length).trim();
      await page.locator('textarea[name=text]').fill(text);
      const status = await answered(page, () => way.button(page, 'Save the note').click());
      if (status === 503) return { acknowledged, refused: text };
      assert.equal(status, 303);
      acknowledged = text;
    }
    assert.fail('a full disk takes whatever is written');
  }

  async function answered(page, press) {
    const sent = page.waitForResponse((response) => response.request().method() === 'POST');
    await press();
    const status = (await sent).status();
    await page.waitForLoadState();
    return status;
  }

  async function isTold(page) {
    await page.getByRole('heading', { name: 'We cannot save right now' }).waitFor();
    await page.getByText('what you sent is still on this page').waitFor();
  }
});

test('a form that breaks off in the middle changes nothing and hurts nobody', async () => {
  const server = await startServer({ folder });
  for (let number = 0; number < 20; number += 1) {
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write('POST /sign-up HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\nname=river');
    await sleep(20);
    socket.destroy();
  }
  assert.equal((await get(`${server.base}/readyz`)).status, 200);
  assert.equal(server.complaints(), '');
  await server.stop();
});

describe('quiet logs', () => {
  const AGENT = 'Talkative-Agent/7.3';
  const ADDRESS = '203.0.113.77';
  const WORDS = { reflection: 'pelicanreflection', answer: 'heronanswer', paper: 'Egretname', guess: 'wrong-stork-password' };

  test('the most talkative log tells nothing of who came, what they typed, and no statement', async () => {
    const own = await scratchFolder();
    await writeBenchCourses(path.join(own, 'courses'));
    const options = { folder: own, env: { LONTAR_LOG: 'trace', LONTAR_PROXIES: '127.0.0.1' } };
    let server = await startServer(options);
    const { port } = server;
    const browser = await launchBrowser();
    const secrets = new Set([AGENT, ADDRESS, PASSWORD, ...Object.values(WORDS)]);
    let log = '';
    try {
      const headers = { 'X-Forwarded-For': ADDRESS, 'X-Real-IP': ADDRESS };
      const context = await person(browser, server.base, { userAgent: AGENT, extraHTTPHeaders: headers });
      const page = await context.newPage();
      page.on('load', () => noteTokens(page, secrets));
      const statuses = new Set();
      page.on('response', (response) => statuses.add(response.status()));
      const { name, codes } = await signUp(page);
      [name, ...codes].forEach((secret) => secrets.add(secret));
      const journey = await typeEverywhere(page, name);
      (await context.cookies()).forEach(({ value }) => secrets.add(value));
      await page.goto('/no-such-page');
      await sendTooMuch(page, `${journey}/1-2`);
      await empty(page, `${journey}/1-2`);
      log += await stopped(server);
      await damage(own);
      server = await startServer({ ...options, port });
      await page.goto(`${journey}/quizzes/1`);
      for (const status of [200, 303, 404, 413, 422, 500]) assert.ok(statuses.has(status), `no ${status} among ${[...statuses]}`);
    } finally {
      await browser.close();
      log += await stopped(server);
      await rm(own, { recursive: true });
    }
    assert.match(log, /ERROR .*incident=/, 'the fault was not logged at all');
    assert.ok(secrets.size > 15, `${secrets.size} secrets`);
    const told = [...secrets].filter((secret) => log.toLowerCase().includes(secret.toLowerCase()));
    const statements = log.split('\n').filter((line) => /\b(SELECT|INSERT|UPDATE|DELETE|PRAGMA|BEGIN|COMMIT)\b|\bcreate (table|index)\b/.test(line));
    assert.deepEqual({ told, statements }, { told: [], statements: [] });
  });

  /** A wrong sign-in, a note, an answer, and a name on a paper; ends signed in. The address of the journey. */
  async function typeEverywhere(page, name) {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await signIn(page, name, WORDS.guess);
    await page.locator('.error').first().waitFor();
    await signIn(page, name);
    await page.waitForURL('**/home');
    const journey = await way.enrol(page, 'Keeping a village library');
    await page.goto(`${journey}/1-2`);
    await page.locator('textarea[name=text]').fill(WORDS.reflection);
    await way.button(page, 'Save the note').click();
    await page.goto(`${journey}/quizzes/1`);
    await way.button(page, 'Start quiz').click();
    while (!(await page.locator('input[name=a][autocomplete=off]:not([inputmode])').count())) await way.button(page, 'Next question').click();
    await page.locator('input[name=a]').fill(WORDS.answer);
    await way.button(page, 'Next question').click();
    await earnPaper(page);
    return journey;
  }

  async function earnPaper(page) {
    const journey = await way.enrol(page, 'bench-paper');
    await page.goto(`${journey}/1-1`);
    await way.doLesson(page, new Map());
    await page.goto(`${journey}/certificate`);
    await way.button(page, 'Get certificate').click();
    for (const name of [WORDS.paper, `${WORDS.paper}\u202E`]) {
      await page.getByLabel('Name on the certificate').fill(name);
      if (name === WORDS.paper) await way.download(page, () => way.button(page, 'Download PDF').click());
      else await way.button(page, 'Download PDF').click();
    }
    await page.locator('.error').first().waitFor();
  }

  /** The tokens of a page's forms, whose masks change with each page. */
  async function noteTokens(page, secrets) {
    const tokens = page.locator('input[name=csrf]').evaluateAll((fields) => fields.map((field) => field.value));
    (await tokens.catch(() => [])).forEach((token) => secrets.add(token));
  }

  async function sendTooMuch(page, lesson) {
    await page.goto(lesson);
    await page.locator('textarea[name=text]').fill(`${WORDS.reflection} `.repeat(60_000));
    await way.button(page, 'Save the note').click();
    await page.waitForLoadState();
  }

  /** A note that is deleted: whatever was written before then stands in the database file itself. */
  async function empty(page, lesson) {
    await page.goto(lesson);
    await page.locator('textarea[name=text]').fill('');
    await way.button(page, 'Save the note').click();
    await page.waitForLoadState();
  }

  /** The questions of an attempt are no list any more, which no program of ours writes. */
  async function damage(own) {
    const file = path.join(own, 'data', 'lontar.sqlite');
    const text = await readFile(file, 'latin1');
    assert.ok(text.includes('["bc1-p1"'), 'the attempt is not in the file');
    await writeFile(file, text.replaceAll('["bc1-p1"', '("bc1-p1"'), 'latin1');
  }

  async function stopped(server) {
    await server.stop();
    return server.stdout + server.stderr;
  }
});

describe('stopping', () => {
  test('a request on its way is answered, new ones are not, and the exit code is 0', async () => {
    const server = await startServer({ folder });
    const socket = connect(server.port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (text) => { answer += text; });
    const closed = new Promise((resolve) => socket.on('close', resolve).on('error', resolve));
    const body = 'name=nobody&password=nothing';
    socket.write(`POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`);
    await sleep(300);
    const began = performance.now();
    server.child.kill('SIGTERM');
    await sleep(500);
    socket.write(body.slice(5));
    await closed;
    assert.match(answer, /^HTTP\/1.1 [234]\d\d /, 'the request on its way was cut off');
    const ended = await server.stop();
    assert.deepEqual(ended, { code: 0, signal: null });
    const took = performance.now() - began;
    console.log(`stopped ${Math.round(took)} ms after SIGTERM`);
    assert.ok(took < 30_000, `${took} ms`);
    assert.equal(await get(`${server.base}/healthz`).catch(() => null), null);
  });
});

test('fifty requests half sent before the stop are all answered, and meanwhile nobody new is let in', async () => {
  const server = await startServer({ folder });
  const body = 'name=nobody&password=nothing';
  const head = `POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n`;
  const sent = Array.from({ length: 50 }, () => {
    const socket = connect(server.port, '127.0.0.1');
    const request = { socket, answer: '' };
    socket.setEncoding('utf8').on('data', (text) => { request.answer += text; });
    request.closed = new Promise((resolve) => { socket.on('close', resolve).on('error', resolve); });
    socket.write(head + body.slice(0, 5));
    return request;
  });
  await sleep(500);
  const began = performance.now();
  server.child.kill('SIGTERM');
  await sleep(500);
  assert.equal(await refusal(server.port), 'ECONNREFUSED');
  assert.ok(sent.every(({ answer }) => answer === ''), 'one was answered before it was asked to the end');
  for (const { socket } of sent) socket.write(body.slice(5));
  await Promise.all(sent.map(({ closed }) => closed));
  const cut = sent.filter(({ answer }) => !/^HTTP\/1\.1 [234]\d\d [^]*<\/html>\s*$/.test(answer));
  assert.equal(cut.length, 0, `${cut.length} were cut off`);
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  assert.ok(performance.now() - began < 30_000, `${performance.now() - began} ms`);
});

/** Why a new connection does not come about; `null` when it does. */
function refusal(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => { socket.destroy(); resolve(null); });
    socket.on('error', ({ code }) => resolve(code));
  });
}

test('a browser that holds its connection open does not hold up the stop', async () => {
  const server = await startServer({ folder });
  const socket = connect(server.port, '127.0.0.1');
  socket.write('GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  await new Promise((resolve) => socket.once('data', resolve));
  const began = performance.now();
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  const took = performance.now() - began;
  socket.destroy();
  console.log(`stopped ${Math.round(took)} ms after SIGTERM with an idle connection`);
  assert.ok(took < 30_000, `${took} ms`);
});

describe('a course that is broken', () => {
  let broken;
  before(async () => { broken = await scratchFolder(); });
  after(() => rm(broken, { recursive: true, force: true }));

  test('is refused whole with file and line, and the edition before stays', async () => {
    await (await startServer({ folder: broken })).stop();
    const lesson = path.join(broken, 'courses/browser-course/en/01-first-steps/01-look-at-the-shelf.md');
    const text = await readFile(lesson, 'utf8');
    await writeFile(lesson, `${text.replace('- [x] Look', '- [ ] Look')}\n[nowhere](lesson:not-there)\n`);
    const course = path.join(broken, 'courses/browser-course/en/course.md');
    await writeFile(course, (await readFile(course, 'utf8')).replace('Keeping a village library', 'Changed'));
    const server = await startServer({ folder: broken });
    assert.match(server.stderr, /not published; the edition before stays/);
    assert.match(server.stderr, /01-look-at-the-shelf\.md:\d+/);
    const shown = (await get(`${server.base}/courses/browser-course`, { encoding: 'identity' })).body.toString();
    assert.ok(shown.includes('Keeping a village library') && !shown.includes('Changed'));
    await server.stop();
  });

  test('lint names it for people and for programs, with exit code 1', async () => {
    const course = path.join(broken, 'courses/browser-course');
    const people = await run(['course', 'lint', course]);
    assert.equal(people.code, 1);
    assert.match(people.stdout, /01-look-at-the-shelf\.md:\d+: error/);
    const programs = await run(['course', 'lint', course, '--format', 'json']);
    assert.equal(programs.code, 1);
    assert.ok(JSON.parse(programs.stdout));
    assert.equal((await run(['course', 'lint', courseFolder('browser-course')])).code, 0);
  });

  test('one that is no course at all does not stop the others', async () => {
    await mkdir(path.join(broken, 'courses/heap'));
    await writeFile(path.join(broken, 'courses/heap/course.toml'), Buffer.from([0xff, 0xfe, 0x00]));
    const good = path.join(broken, 'courses/browser-course');
    await rm(good, { recursive: true });
    await cp(courseFolder('browser-course'), good, { recursive: true });
    const server = await startServer({ folder: broken });
    assert.equal((await get(`${server.base}/courses/browser-course`)).status, 200);
    await server.stop();
  });
});

describe('lontar check', () => {
  test('says of a good installation that it is good', async () => {
    const { code, stdout } = await run(['check'], { env: settings(folder, await freePort()), cwd: folder });
    assert.doesNotMatch(stdout, /^MEND/m);
    assert.equal(code, 0, stdout);
    for (const what of ['settings', 'key', 'database', 'disk', 'clock', 'fonts']) assert.match(stdout, new RegExp(`^ok   ${what}: `, 'm'));
  });

  test('says of a bad one what to mend, with exit code 1', async () => {
    const env = settings(folder, await freePort(), { LONTAR_PUBLIC_URL: 'http://learn.example.org' });
    const { code, stdout } = await run(['check'], { env, cwd: folder });
    assert.equal(code, 1);
    assert.match(stdout, /^MEND address: .+https/m);
  });
});
