// Two courses made for measuring: a quiz of ten questions, and a paper that needs one lesson.

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

const courseToml = (slug, sample) => `format = 1
slug = "${slug}"
area = "platform"
source_language = "en"
licence = "CC-BY-SA-4.0"
authors = ["Lontar contributors"]
competencies = ["LT1"]
effort_hours = 1
sample_lesson = "${sample}"

[certificate]
issued = true
`;

const courseText = (title) => `+++
title = "${title}"
summary = "Made for measuring."
audience = "Nobody."
outcomes = ["Nothing."]
certificate_title = "${title}"
+++
Made for measuring.
`;

const lesson = (id) => `+++
id = "${id}"
title = "A lesson"
minutes = 8
competencies = ["LT1 0-1"]
outcomes = ["Nothing."]
sources = ["Made up"]
+++
A lesson made for measuring.
`;

const question = (prefix, number) => `
::: question {#${prefix}-q${number} kind=${number % 3 === 0 ? 'multiple' : 'single'} competency=LT1 level=1 lesson=${prefix}-1}
Question number ${number}: which of these are true of a shelf list?

- [ ] It names the people who borrow the books
  > It need not: a number is enough.
- [x] It has one line for each of the books
  > Right: one line a book.
- [${number % 3 === 0 ? 'x' : ' '}] It is kept near the shelf that it describes
  > That is a good place, and some keep it elsewhere.
- [ ] It grows shorter with every loan
  > A loan does not take the line away.
:::
`;

const quiz = (prefix) => `+++
id = "${prefix}-quiz"
title = "Ten questions"
minutes = 10
pass = 70
attempts = 0
wait_minutes = 0
+++
Ten questions.
${Array.from({ length: 10 }, (_, at) => question(prefix, at + 1)).join('')}`;

/** Writes the courses `bench-quiz` and `bench-paper` into a folder of courses. */
export async function writeBenchCourses(folder) {
  for (const slug of ['bench-quiz', 'bench-paper']) {
    const prefix = slug === 'bench-quiz' ? 'bq' : 'bp';
    const module = path.join(folder, slug, 'en', '01-only');
    await mkdir(module, { recursive: true });
    const write = (name, text) => writeFile(path.join(folder, slug, name), text);
    await write('course.toml', courseToml(slug, `${prefix}-1`));
    await write('facts.toml', '');
    await write('en/course.md', courseText(slug));
    await write('en/glossary.md', '+++\ntitle = "Words"\n+++\n');
    await write('en/01-only/module.md', `+++\nid = "${prefix}"\ntitle = "The only one"\nsummary = "One."\n+++\n`);
    await write('en/01-only/01-lesson.md', lesson(`${prefix}-1`));
    if (slug === 'bench-quiz') await write('en/01-only/quiz.md', quiz(prefix));
  }
}
