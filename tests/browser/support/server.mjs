// A server of our own: a scratch data folder, a free port, chosen courses, stopped at the end.

import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, mkdir, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { get } from './wire.mjs';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const STARTS_WITHIN_MS = 60_000;
const STOPS_WITHIN_MS = 30_000;
const COMMANDS_END_WITHIN_MS = 30_000;
const DEMO_MADE_WITHIN_MS = 120_000;

/** The program under test. */
export function program() {
  if (!process.env.LONTAR_BIN) throw new Error('LONTAR_BIN must name the lontar program that is to be tested.');
  return path.resolve(process.env.LONTAR_BIN);
}

/** Where a course of this repository stands: a fixture, or one that is shipped. */
export function courseFolder(slug) {
  return path.join(ROOT, slug === 'browser-course' ? 'tests/fixtures' : 'courses', slug);
}

/** The slugs of all courses that are shipped. */
export async function shippedCourses() {
  const folders = await readdir(path.join(ROOT, 'courses'));
  return folders.filter((folder) => existsSync(path.join(ROOT, 'courses', folder, 'course.toml'))).sort();
}

/** A port that nobody listened at a moment ago. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** A folder for one server: its data, its courses. */
export async function scratchFolder(courses = ['browser-course']) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'lontar-test-'));
  await mkdir(path.join(folder, 'courses'));
  for (const slug of courses) await cp(courseFolder(slug), path.join(folder, 'courses', slug), { recursive: true });
  return folder;
}

/** What the program is told: nothing of the tester's own environment reaches it. */
export function settings(folder, port, more = {}) {
  const { PATH, HOME, LANG = 'C.UTF-8' } = process.env;
  return {
    PATH, HOME, LANG,
    LONTAR_DATA: path.join(folder, 'data'),
    LONTAR_COURSES: path.join(folder, 'courses'),
    LONTAR_PORT: String(port),
    LONTAR_PUBLIC_URL: `http://127.0.0.1:${port}`,
    ...more,
  };
}

/** Runs one command to its end: `{ code, stdout, stderr }`. */
export function run(args, { env, input = '', cwd = os.tmpdir(), within = COMMANDS_END_WITHIN_MS } = {}) {
  return new Promise((resolve) => {
    const options = { env, cwd, maxBuffer: 1 << 26, timeout: within, killSignal: 'SIGKILL' };
    const child = execFile(program(), args, options, (error, stdout, stderr) => {
      resolve({ code: error ? error.code ?? error.signal : 0, stdout, stderr });
    });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/** A running server. */
export class Server {
  constructor(folder, port, child, ownsFolder) {
    Object.assign(this, { folder, port, child, ownsFolder, stdout: '', stderr: '' });
    this.base = `http://127.0.0.1:${port}`;
    child.stdout.on('data', (text) => { this.stdout += text; });
    child.stderr.on('data', (text) => { this.stderr += text; });
    this.ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve({ code, signal })));
  }

  get pid() { return this.child.pid; }

  /** The one-time link with which the first administrator makes an account. */
  get setupLink() { return this.stdout.match(/http\S+\/setup\/\S+/)?.[0]; }

  /** What it logged of faults and doubts. */
  complaints() {
    return this.stderr.concat(this.stdout).split('\n').filter((line) => /ERROR|WARN/.test(line)).join('\n');
  }

  command(args, input) {
    return run(args, { env: settings(this.folder, this.port), input });
  }

  /** Makes an account with `roles`, as an operator would. */
  async makeAccount(name, password, ...roles) {
    const made = await this.command(
      ['account', 'create', '--name', name, '--password-stdin', ...roles.flatMap((role) => ['--role', role])],
      password,
    );
    if (made.code !== 0) throw new Error(`account create: ${made.stderr}`);
  }

  /** Waits until it answers, or says why it does not. */
  async ready() {
    const until = Date.now() + STARTS_WITHIN_MS;
    for (;;) {
      if (this.child.exitCode !== null) throw new Error(`The server stopped: ${this.stderr}`);
      const answer = await get(`${this.base}/healthz`).catch(() => null);
      if (answer?.status === 200) return this;
      if (Date.now() > until) throw new Error(`The server does not answer: ${this.stderr}`);
      await sleep(10);
    }
  }

  /** Ends it politely; `{ code, signal }`. */
  async stop() {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), STOPS_WITHIN_MS);
    const ended = await this.ended;
    clearTimeout(late);
    if (this.ownsFolder) await rm(this.folder, { recursive: true, force: true });
    return ended;
  }
}

/** Starts a server without waiting for it. */
export async function launch({ courses, folder, port, env } = {}) {
  const ownsFolder = !folder;
  folder ??= await scratchFolder(courses);
  port ??= await freePort();
  const child = spawn(program(), ['serve'], {
    env: settings(folder, port, env), cwd: folder, stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.setEncoding('utf8');
  child.stderr.setEncoding('utf8');
  return new Server(folder, port, child, ownsFolder);
}

/**
 * Starts a server with the made-up network of `lontar demo`. `staff` maps a sign-in name to
 * `{ password, secret }`.
 */
export async function startDemo({ courses, learners, env = {} }) {
  const folder = await scratchFolder(courses);
  const made = await run(['demo', '--learners', String(learners)], { env: settings(folder, await freePort(), env), within: DEMO_MADE_WITHIN_MS });
  if (made.code !== 0) throw new Error(`demo: ${made.stderr}`);
  const password = made.stdout.match(/Password of all: (.+)/)[1].trim();
  const lines = made.stdout.matchAll(/^(demo-\S+) .*? ([A-Z2-7]{32}) /gm);
  const staff = Object.fromEntries([...lines].map(([, name, secret]) => [name, { password, secret }]));
  const server = await startServer({ folder, env });
  server.ownsFolder = true;
  return { server, staff };
}

/** Starts a server and waits until it answers. */
export async function startServer(options) {
  const server = await launch(options);
  try {
    return await server.ready();
  } catch (error) {
    await server.stop();
    throw error;
  }
}
