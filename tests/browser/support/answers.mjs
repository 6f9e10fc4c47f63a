// The right answers of a course's quizzes, read from the authors' files, and how to give them.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Letters and digits only, so that printed and written text can be compared. */
function bare(text) {
  return text.normalize('NFKC').toLowerCase().replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[^\p{L}\p{M}\p{N}]/gu, '');
}

/** All questions of a course in English, by id. */
export function answerBook(folder) {
  const book = new Map();
  const english = path.join(folder, 'en');
  for (const file of readdirSync(english, { recursive: true })) {
    if (!file.endsWith('.md')) continue;
    for (const question of questions(readFileSync(path.join(english, file), 'utf8'))) book.set(question.id, question);
  }
  return book;
}

function questions(source) {
  const found = [];
  let open = null;
  for (const line of source.split('\n')) {
    const begin = line.match(/^::: question \{#([a-z0-9-]+) (.*)\}/);
    if (begin) found.push(open = { id: begin[1], kind: begin[2].match(/kind=([a-z-]+)/)?.[1] ?? 'single', lines: [], inner: 0 });
    else if (open && /^::: \w/.test(line)) open.inner += 1;
    else if (open && line.trim() === ':::') open.inner === 0 ? (open = null) : (open.inner -= 1);
    else if (open && open.inner === 0) open.lines.push(line);
  }
  return found.map(key);
}

function key({ id, kind, lines }) {
  const items = lines.map((line) => line.match(/^- \[([x ])\] (.*)/)).filter(Boolean);
  return {
    id, kind,
    right: items.filter((item) => item[1] === 'x').map((item) => item[2]),
    pairs: lines.map((line) => line.match(/^- (.+) :: (.+)/)).filter(Boolean).map((pair) => [pair[1], pair[2]]),
    order: lines.map((line) => line.match(/^\d+\. (.*)/)?.[1]).filter(Boolean),
    gaps: [...lines.join('\n').matchAll(/\[\[([^\]|]+)/g)].map((gap) => gap[1]),
  };
}

/** How a field is filled in: by a mouse and a keyboard, as most people have them. */
const MOUSE = {
  check: (field) => field.check(),
  fill: (field, text) => field.fill(text),
  pick: (select, index) => select.selectOption({ index }),
};

/** Answers the question on the page, rightly or plainly wrongly. */
export async function answer(page, book, { rightly = true, hand = MOUSE } = {}) {
  const form = page.locator('form', { has: page.locator('fieldset.question') }).first();
  const id = (await form.locator('fieldset.question').first().getAttribute('id')).replace(/^q-/, '');
  const question = book.get(id);
  if (!question) throw new Error(`no answer is known for ${id}`);
  await GIVE[question.kind](form, question, rightly, hand);
  const sure = form.locator('fieldset.sure');
  if (await sure.count()) await hand.check(sure.getByLabel(rightly ? 'Sure' : 'I guessed', { exact: true }));
  return question.kind;
}

const GIVE = {
  single: choose, 'true-false': choose, multiple: choose,
  'short-text': type, numeric: type,
  matching: match, ordering: order, blanks: fill,
  'free-response': (form, _, rightly, hand) =>
    hand.fill(form.locator('textarea[name=a]'), rightly ? 'The list lies in the drawer, and the key hangs behind the door. Thank you.' : 'Later.'),
};

async function choose(form, question, rightly, hand) {
  const right = question.right.map(bare);
  for (const choice of await form.locator('label.choice').all()) {
    const isRight = right.includes(bare(await choice.locator('span').first().textContent()));
    if (isRight !== rightly) continue;
    await hand.check(choice.locator('input'));
    if (question.kind !== 'multiple') return;
  }
}

async function type(form, question, rightly, hand) {
  await hand.fill(form.locator('input[name=a]'), rightly ? question.right[0] : question.kind === 'numeric' ? '99999' : 'no idea');
}

/** Picks in each row the option that belongs to it, or to the row before it. */
async function pick(form, rows, rightly, hand) {
  const labels = form.locator('label.match');
  const texts = (await labels.locator('span').allTextContents()).map(bare);
  const wanted = texts.map((text) => rows.find(([left]) => bare(left) === text)[1]);
  for (const [at, right] of wanted.entries()) {
    const option = rightly ? right : wanted[(at + 1) % wanted.length];
    await selectBare(labels.nth(at).locator('select'), option, hand);
  }
}

async function selectBare(select, text, hand) {
  const options = await select.locator('option').allTextContents();
  // Long options have a letter each, and stand beside the question in full.
  const at = options.findIndex((option) => bare(option.replace(/^[A-Z]\. /, '')) === bare(text));
  if (at < 0) throw new Error(`no option "${text}" among ${options.join(' | ')}`);
  await hand.pick(select, at);
}

function match(form, question, rightly, hand) {
  return pick(form, question.pairs, rightly, hand);
}

function order(form, question, rightly, hand) {
  return pick(form, question.order.map((text, at) => [text, String(at + 1)]), rightly, hand);
}

async function fill(form, question, rightly, hand) {
  const gaps = form.locator('.gap');
  for (let at = 0; at < await gaps.count(); at += 1) {
    const gap = gaps.nth(at);
    const text = rightly ? question.gaps[at] : question.gaps[(at + 1) % question.gaps.length];
    if ((await gap.evaluate((node) => node.tagName)) === 'SELECT') await selectBare(gap, text, hand);
    else await hand.fill(gap, rightly ? text : 'nothing');
  }
}
