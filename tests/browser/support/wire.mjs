// Bytes on the wire: by Chromium for whole pages, by a bare socket for one answer.

import http from 'node:http';

/** What a current browser says it can read. */
const ACCEPT_ENCODING = 'gzip, deflate, br, zstd';

/** The Cookie header of a browser context. */
export async function cookieHeader(context) {
  return (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
}

/** One GET without following: `{ status, headers, bytes, body }`; bytes count head and body as sent. */
export function get(url, { cookie = '', encoding = ACCEPT_ENCODING } = {}) {
  return new Promise((resolve, reject) => {
    const headers = { 'accept-encoding': encoding, connection: 'close', ...(cookie && { cookie }) };
    const request = http.get(url, { headers, agent: false }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({
        status: response.statusCode, headers: response.headers, bytes: response.socket.bytesRead, body: Buffer.concat(chunks),
      }));
      response.on('error', reject);
    });
    request.on('error', reject);
  });
}

const TEXT = new Set(['Document', 'Stylesheet', 'Script']);

/** A first visit: `{ status, text, requests, images, paint }` in bytes and milliseconds. */
export async function visit(page, path, { slow = false } = {}) {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  if (slow) {
    const bytesPerSecond = (400 * 1000) / 8;
    await session.send('Network.emulateNetworkConditions', {
      offline: false, latency: 400, downloadThroughput: bytesPerSecond, uploadThroughput: bytesPerSecond,
    });
    await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  }
  const seen = new Map();
  session.on('Network.responseReceived', ({ requestId, type, response }) => {
    if (response.url.startsWith('http')) seen.set(requestId, { type, url: response.url, isImage: response.mimeType.startsWith('image/'), bytes: 0 });
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (seen.has(requestId)) seen.get(requestId).bytes = encodedDataLength;
  });
  const answer = await page.goto(path, { waitUntil: 'load' });
  await page.evaluate(() => new Promise((painted) => { requestAnimationFrame(() => requestAnimationFrame(painted)); }));
  // The entry comes a moment after the paint, on a slowed machine a long moment.
  const paint = await page.evaluate(() => new Promise((seen) => {
    setTimeout(() => seen(null), 5000);
    new PerformanceObserver((list) => {
      const first = list.getEntriesByName('first-contentful-paint')[0];
      if (first) seen(first.startTime);
    }).observe({ type: 'paint', buffered: true });
  }));
  await session.detach();
  const all = [...seen.values()];
  const text = all.filter(({ type }) => TEXT.has(type));
  return {
    status: answer.status(),
    text: text.reduce((sum, { bytes }) => sum + bytes, 0),
    requests: all.filter(({ isImage }) => !isImage).length,
    images: all.filter(({ isImage }) => isImage),
    paint,
  };
}
