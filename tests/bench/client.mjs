// A learner as bytes: one kept connection, no parsing beyond what an answer needs, so that the client
// takes little of the machine that it shares with the server.

import { connect } from 'node:net';

const PASSWORD = 'ferry lantern copper monsoon';

/** One person with one connection. Requests go one after the other. */
export class Client {
  constructor(port) {
    this.port = port;
    this.cookie = '';
    this.csrf = '';
    this.pending = Buffer.alloc(0);
  }

  get(path) {
    return this.send(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${this.cookie}\r\n`);
  }

  /** Sends a form with the person's token and follows to the page that it leads to. */
  async post(path, fields = '') {
    const body = `csrf=${this.csrf}${fields && `&${fields}`}`;
    const answer = await this.send(
      `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${this.cookie}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    return answer.location ? { ...(await this.get(answer.location)), path: answer.location } : answer;
  }

  async send(text) {
    this.socket ??= await this.open();
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(text);
    });
  }

  open() {
    return new Promise((resolve, reject) => {
      const socket = connect(this.port, '127.0.0.1', () => resolve(socket));
      socket.setNoDelay(true);
      socket.on('data', (chunk) => this.receive(chunk));
      socket.on('close', () => { this.socket = null; this.waiting?.reject(new Error('the server closed the connection')); });
      socket.on('error', reject);
    });
  }

  receive(chunk) {
    this.pending = this.pending.length ? Buffer.concat([this.pending, chunk]) : chunk;
    const end = this.pending.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.pending.latin1Slice(0, end);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (this.pending.length < end + 4 + length) return;
    const answer = {
      status: Number(head.slice(9, 12)),
      location: /\r\nlocation: (\S+)/i.exec(head)?.[1],
      setCookie: /\r\nset-cookie: ([^;\r]+)/i.exec(head)?.[1],
      body: this.pending.subarray(end + 4, end + 4 + length),
    };
    this.pending = this.pending.subarray(end + 4 + length);
    const { resolve, reject } = this.waiting;
    this.waiting = null;
    if (answer.status >= 400) reject(new Error(`${answer.status} ${answer.body.toString().replace(/<[^>]*>/g, ' ').slice(0, 400)}`));
    else resolve(answer);
  }

  close() {
    this.waiting = null;
    this.socket?.destroy();
  }

  /** The token of the forms on a page; one token serves the whole session. */
  keepToken(page) {
    this.csrf = /name="csrf" value="([^"]+)"/.exec(page.body.toString())[1];
  }

  async signUp() {
    const page = await this.get('/sign-up');
    this.keepToken(page);
    const name = /name="name"[^>]* value="([^"]+)"/.exec(page.body.toString())[1];
    const form = `name=${encodeURIComponent(name)}&password=${encodeURIComponent(PASSWORD)}`;
    const { setCookie } = await this.post('/sign-up', form);
    this.cookie = `Cookie: ${setCookie}\r\n`;
    this.keepToken(await this.get('/home'));
    return this;
  }

  /** Enrols; the path of the journey. */
  async enrol(course) {
    const { path } = await this.post(`/courses/${course}/enrolment`);
    return path.split('/').slice(0, 3).join('/');
  }
}

/** `count` learners, signed up a few at a time. */
export async function learners(port, count) {
  const made = [];
  while (made.length < count) {
    const some = Array.from({ length: Math.min(4, count - made.length) }, () => new Client(port).signUp());
    made.push(...await Promise.all(some));
  }
  return made;
}
