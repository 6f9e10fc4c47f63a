// Chromium as a learner has it, with a watch over what a page must never do.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const ARGUMENTS = [
  '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];
export const PHONE = { width: 360, height: 640 };
export const DESK = { width: 1280, height: 800 };

/** Debian's browser, or the one that CHROMIUM names. */
export async function launchBrowser(more = {}) {
  const executablePath = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);
  if (!executablePath) throw new Error('Chromium is missing: apt-get install chromium');
  return chromium.launch({ executablePath, args: ARGUMENTS, ...more });
}

/**
 * A browser context of one person. `scripts`, `size` and `scheme` choose what they hold; the watch
 * collects console errors, page errors and requests that leave the server.
 */
export async function person(browser, base, { scripts = true, size = PHONE, scheme = 'light', locale = 'en-GB', ...more } = {}) {
  const context = await browser.newContext({
    baseURL: base, viewport: size, colorScheme: scheme, locale, javaScriptEnabled: scripts, acceptDownloads: true, ...more,
  });
  context.setDefaultTimeout(15_000);
  const wrongs = watch(context, base);
  /** Fails when a page did what it must not do. */
  context.assertCalm = () => assert.deepEqual(wrongs.splice(0), []);
  /** Forgets complaints that a test provoked on purpose. */
  context.excuse = (pattern) => {
    const left = wrongs.filter((wrong) => !pattern.test(wrong));
    wrongs.splice(0, wrongs.length, ...left);
  };
  return context;
}

function watch(context, base) {
  const wrongs = [];
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== base) wrongs.push(`asked another origin: ${url.origin}`);
  });
  context.on('console', (message) => {
    if (message.type() === 'error') wrongs.push(`console: ${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => wrongs.push(`page error: ${error.error()}`));
  context.on('response', (response) => {
    if (response.status() >= 500) wrongs.push(`${response.status()} ${response.url()}`);
  });
  return wrongs;
}

/** How many pixels the page is wider than its window. */
export function overflow(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
