// Certificates as a stranger reads them: text out of the PDF, the QR code, the signature.

import { execFile } from 'node:child_process';
import { createPublicKey, verify } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Runs `work(file, folder)` with the bytes in a file. */
export async function withFile(bytes, name, work) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'lontar-paper-'));
  try {
    const file = path.join(folder, name);
    await writeFile(file, bytes);
    return await work(file, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** All text of a PDF, composed, spaces as one. */
export function textOf(pdf) {
  return withFile(pdf, 'c.pdf', async (file) => {
    const { stdout } = await execute('pdftotext', ['-layout', file, '-']);
    return flat(stdout);
  });
}

/** Text in a form in which two readings of the same letters are equal. */
export function flat(text) {
  return text.normalize('NFC').replace(/\s+/gu, ' ').trim();
}

/** `pdfinfo` as an object. */
export function infoOf(pdf) {
  return withFile(pdf, 'c.pdf', async (file) => {
    const { stdout } = await execute('pdfinfo', [file]);
    return Object.fromEntries(stdout.split('\n').filter(Boolean).map((line) => line.split(/:\s+/, 2)));
  });
}

/** What the QR code of a PDF says, photographed at 150 dots an inch. */
export function qrOfPdf(pdf) {
  return withFile(pdf, 'c.pdf', async (file, folder) => {
    await execute('pdftoppm', ['-r', '150', '-png', '-singlefile', file, path.join(folder, 'page')]);
    return qr(path.join(folder, 'page.png'));
  });
}

export function qrOfPng(png) {
  return withFile(png, 'c.png', (file) => qr(file));
}

async function qr(file) {
  const { stdout } = await execute('zbarimg', ['--quiet', '--raw', file]);
  return stdout.trim();
}

/** The claims of a signed badge, if `keys` (a JWK set) holds the key that signed it. */
export function verifyBadge(jwt, keys) {
  const [head, body, signature] = jwt.trim().split('.');
  const header = JSON.parse(Buffer.from(head, 'base64url'));
  if (header.alg !== 'EdDSA') throw new Error(`signed with ${header.alg}`);
  const isRight = keys.keys.some((jwk) => {
    const key = createPublicKey({ key: { kty: jwk.kty, crv: jwk.crv, x: jwk.x }, format: 'jwk' });
    return verify(null, Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'));
  });
  return isRight ? JSON.parse(Buffer.from(body, 'base64url')) : null;
}

/** The badge that a certificate's picture carries. */
export function badgeInPng(png) {
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    const data = png.subarray(at + 8, at + 8 + length);
    if (png.toString('latin1', at + 4, at + 8) === 'iTXt' && data.toString('latin1').startsWith('openbadgecredential\0')) {
      return data.subarray(data.lastIndexOf(0) + 1).toString();
    }
    at += length + 12;
  }
  return null;
}

