// Names of the region on the paper: each comes out as it was typed.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { flat, textOf } from './support/certificate.mjs';
import { button, download } from './support/journey.mjs';
import { world } from './support/world.mjs';

/** Made-up names. */
const NAMES = {
  Burmese: 'မြင့်မြင့်ခိုင်', Khmer: 'សុខា ច័ន្ទធីតា', Thai: 'ศิริพร ใจดี', Lao: 'ສົມພອນ ແກ້ວມະນີ',
  Bangla: 'রোকেয়া ক্ষত্রিয়', Devanagari: 'लक्ष्मी श्रेष्ठ', Sinhala: 'ප්‍රියන්ති ක්ෂේම', Tamil: 'மீனாட்சி கௌரி',
  Urdu: 'فاطمہ خان', Vietnamese: 'Nguyễn Thị Ánh Tuyết', Korean: '김하늘', Japanese: '山田 さくら',
  Chinese: '李晓梅', 'Mongolian Cyrillic': 'Өнөрцэцэг Бүжин', Latin: "Siti Nur'aini",
};

let place;
before(async () => { place = await world(); });
after(() => place?.stop());

for (const [script, name] of Object.entries(NAMES)) {
  test(`a name in ${script} can be read out of the paper as it was typed`, async () => {
    const { page, certificate } = place.people.learner;
    await page.goto(certificate);
    await page.getByLabel('Name on the certificate').fill(name);
    const { bytes } = await download(page, () => button(page, 'Download PDF').click());
    const text = await textOf(bytes);
    assert.ok(text.includes(flat(name)), `${flat(name)} is not in: ${text}`);
  });
}

for (const [what, name] of [['emoji', '🐍🔥'], ['stacked marks', `A${'\u0301'.repeat(40)}`], ['a turn of direction', 'A\u202Egnp']]) {
  test(`a name with ${what} is refused with a sentence, and nothing is drawn`, async () => {
    const { page, certificate } = place.people.learner;
    await page.goto(certificate);
    await page.getByLabel('Name on the certificate').fill(name);
    await button(page, 'Download PDF').click();
    assert.match(await page.locator('.error').first().textContent(), /\w+ .+\.$/);
  });
}
