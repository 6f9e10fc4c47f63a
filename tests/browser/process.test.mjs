// The program as an operator meets it: starting, stopping, being told wrong things.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { launchBrowser, person } from './support/browser.mjs';
import { signUp } from './support/people.mjs';
import { courseFolder, freePort, run, scratchFolder, settings, startServer } from './support/server.mjs';
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

describe('a setting that is wrong stops the start with a sentence', () => {
  const WRONG = {
    'a port that is no number': { LONTAR_PORT: 'eighty' },
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
