// The whole way of a learner, on a phone of 360 pixels, with scripts and without.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { answerBook } from './support/answers.mjs';
import { launchBrowser, overflow, person, PHONE } from './support/browser.mjs';
import { badgeInPng, flat, infoOf, qrOfPdf, qrOfPng, textOf, verifyBadge, withFile } from './support/certificate.mjs';
import * as way from './support/journey.mjs';
import { signUp, staff } from './support/people.mjs';
import { courseFolder, startServer } from './support/server.mjs';
import { get } from './support/wire.mjs';

const NAME = 'Nguyễn Thị Ánh';
const BOOK = answerBook(courseFolder('browser-course'));
const KINDS = ['blanks', 'matching', 'multiple', 'numeric', 'ordering', 'short-text', 'single', 'true-false'];

let server;
let browser;
before(async () => {
  server = await startServer({ courses: ['browser-course', 'digital-security'] });
  browser = await launchBrowser();
});
after(async () => {
  // What the server complained of says more than a page that did not come.
  if (server) console.log(server.complaints());
  await browser?.close();
  await server?.stop();
});

for (const scripts of [true, false]) {
  describe(`with scripts ${scripts ? 'on' : 'off'}`, () => {
    let learner, page, journey, certificate;
    before(async () => {
      learner = await person(browser, server.base, { scripts });
      page = await learner.newPage();
    });
    after(() => learner?.close());

    test('a stranger signs up without e-mail or name and gets recovery codes', async () => {
      await page.goto('/');
      await way.link(page, 'Create an account').click();
      const { codes } = await signUp(page);
      assert.ok(codes.length >= 8 && new Set(codes).size === codes.length, `${codes.length} codes`);
      assert.equal(await page.title(), 'Home');
    });

    test('enrols in a course from the catalogue', async () => {
      journey = await way.enrol(page, 'Keeping a village library');
      assert.equal(await overflow(page), 0);
    });

    test('does three lessons, fails the first quiz, and passes it at the second try', async () => {
      for (let lesson = 0; lesson < 3; lesson += 1) {
        await way.goOn(page, journey);
        assert.equal(await overflow(page), 0);
        await way.doLesson(page, BOOK);
      }
      await way.goOn(page, journey);
      const kinds = await way.takeQuiz(page, BOOK, { rightly: false });
      assert.deepEqual([...new Set(kinds)].sort(), KINDS);
      assert.equal(await way.hasPassed(page), false);
      assert.ok(await page.getByRole('link', { name: /Read again|Look at the shelf/ }).count(), 'nothing to read again is named');
      await way.takeQuiz(page, BOOK);
      assert.equal(await way.hasPassed(page), true);
      assert.equal(await overflow(page), 0);
    });

    test('does the second module and hands in the task', async () => {
      for (let lesson = 0; lesson < 3; lesson += 1) {
        await way.goOn(page, journey);
        await way.doLesson(page, BOOK);
      }
      await way.goOn(page, journey);
      await way.takeQuiz(page, BOOK);
      assert.equal(await way.hasPassed(page), true);
      await page.goto(`${journey}/task`);
      await way.handIn(page, 'Fifty lines, one a book, with its place. Open after the market. Nothing real is in here.');
    });

    test('waits for a trainer, who marks what was handed in', async () => {
      await page.goto(`${journey}/certificate`);
      assert.equal(await way.button(page, 'Get certificate').count(), 0, 'a certificate before the task was marked');
      const desk = await person(browser, server.base, { scripts });
      const trainer = await desk.newPage();
      await staff(server, trainer, `marker-${scripts ? 'one' : 'two'}`, 'trainer');
      assert.equal(await way.markAll(trainer), 2);
      desk.assertCalm();
      await desk.close();
    });

    test('gets the certificate and types a name for it', async () => {
      await way.goOn(page, journey);
      await way.button(page, 'Get certificate').click();
      await page.getByLabel('Name on the certificate').fill(NAME);
      certificate = {
        pdf: await way.download(page, () => way.button(page, 'Download PDF').click()),
        png: await way.download(page, () => way.button(page, 'Download picture').click()),
        badge: await way.download(page, () => page.getByRole('link', { name: /Download badge/ }).click()),
      };
      assert.ok(!certificate.pdf.name.includes('Nguy'), 'the name stands in the name of the file');
    });

    test('the PDF reads, is tagged, and its QR code leads to a page that tells no name', async () => {
      const { pdf, png } = certificate;
      assert.ok((await textOf(pdf.bytes)).includes(flat(NAME)), await textOf(pdf.bytes));
      assert.equal((await infoOf(pdf.bytes)).Tagged, 'yes');
      const address = await qrOfPdf(pdf.bytes);
      assert.equal(await qrOfPng(png.bytes), address);
      const stranger = await person(browser, server.base, { scripts });
      const other = await stranger.newPage();
      await other.goto(address);
      await other.getByText('This certificate is genuine').waitFor();
      const shown = await other.content();
      assert.ok(shown.includes('Keeping a village library') && !shown.includes('Nguy'));
      stranger.assertCalm();
      await stranger.close();
    });

    test('the badge verifies with another library and with the command, and a changed one does not', async () => {
      const jwt = certificate.badge.bytes.toString().trim();
      const keys = JSON.parse((await get(`${server.base}/.well-known/lontar-keys.json`, { encoding: 'identity' })).body);
      const claims = verifyBadge(jwt, keys);
      assert.ok(claims.type.includes('OpenBadgeCredential'));
      assert.ok(!JSON.stringify(claims).includes('Nguy'));
      assert.equal(badgeInPng(certificate.png.bytes), jwt);
      const [head, body, signature] = jwt.split('.');
      const claimed = Buffer.from(body, 'base64url').toString().replace('village', 'castle');
      const forged = [head, Buffer.from(claimed).toString('base64url'), signature].join('.');
      assert.equal(verifyBadge(forged, keys), null);
      const said = (bytes, name) => withFile(bytes, name, (file) => server.command(['certificate', 'verify', file]));
      for (const [bytes, name] of [[jwt, 'a.jwt'], [certificate.pdf.bytes, 'a.pdf'], [certificate.png.bytes, 'a.png']]) {
        const good = await said(bytes, name);
        assert.equal(good.code, 0, `${name}: ${good.stderr}`);
      }
      const bad = await said(forged, 'b.jwt');
      assert.equal(bad.code, 1);
      assert.match(bad.stderr, /^lontar: .+\.\n$/);
    });

    test('nothing went wrong in the browser on the way', () => learner.assertCalm());
  });
}

describe('a shipped course from its first lesson to its certificate', () => {
  const PAPER_TITLE = 'Digital safety in practice';
  const book = answerBook(courseFolder('digital-security'));
  const seen = [];
  let learner, page, journey;
  before(async () => {
    learner = await person(browser, server.base, { size: PHONE });
    page = await learner.newPage();
    await signUp(page);
    journey = await way.enrol(page, 'Digital security for human rights defenders');
  });
  after(() => learner?.close());

  /** Does what the journey offers next as long as it is lessons and quizzes; what comes then. */
  async function follow(sit) {
    for (let step = 0; step < 60; step += 1) {
      await way.goOn(page, journey);
      assert.equal(await overflow(page), 0, page.url());
      const next = new URL(page.url()).pathname.slice(journey.length + 1);
      if (/^\d+-\d+$/.test(next)) {
        seen.push(next);
        await way.doLesson(page, book);
      } else if (next.startsWith('quizzes/')) {
        seen.push(next);
        await sit(next);
      } else {
        return next;
      }
    }
    return assert.fail('the way does not end');
  }

  test('all lessons and quizzes are done one after the other, two quizzes at the second try', async () => {
    const next = await follow(async (quiz) => {
      if (quiz === 'quizzes/1' || quiz === 'quizzes/2') {
        await way.takeQuiz(page, book, { rightly: false });
        assert.equal(await way.hasPassed(page), false);
      }
      await way.takeQuiz(page, book);
      assert.equal(await way.hasPassed(page), true, quiz);
    });
    const modules = [3, 3, 3, 3, 4].flatMap((lessons, at) => [
      ...Array.from({ length: lessons }, (_, lesson) => `${at + 1}-${lesson + 1}`), `quizzes/${at + 1}`,
    ]);
    assert.deepEqual(seen, modules);
    assert.equal(next, 'task');
  });

  test('the final task is handed in, and there is no certificate before a trainer marked it', async () => {
    await way.handIn(page, 'Two phones, one laptop, three people. First come the notes, then the list. Nothing real is in here.');
    await page.goto(`${journey}/certificate`);
    assert.equal(await way.button(page, 'Get certificate').count(), 0);
    const desk = await person(browser, server.base);
    const trainer = await desk.newPage();
    await staff(server, trainer, 'marker-of-the-shipped', 'trainer');
    assert.equal(await way.markAll(trainer), 1);
    await desk.close();
  });

  test('the certificate is earned, and its QR code is checked on a phone', async () => {
    await page.goto(`${journey}/certificate`);
    await way.button(page, 'Get certificate').click();
    await page.getByLabel('Name on the certificate').fill(NAME);
    const pdf = await way.download(page, () => way.button(page, 'Download PDF').click());
    const paper = await textOf(pdf.bytes);
    assert.ok(paper.includes(flat(NAME)) && paper.includes(PAPER_TITLE), paper);
    const stranger = await person(browser, server.base, { size: PHONE });
    const other = await stranger.newPage();
    await other.goto(await qrOfPdf(pdf.bytes));
    await other.getByText('This certificate is genuine').waitFor();
    assert.ok((await other.content()).includes(PAPER_TITLE));
    assert.equal(await overflow(other), 0);
    stranger.assertCalm();
    await stranger.close();
    learner.assertCalm();
  });
});
