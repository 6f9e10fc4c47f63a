// What people do at the door: sign up, sign in, show a second factor.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';

export const PASSWORD = 'ferry lantern copper monsoon';

/** Signs up with the name that the server proposes; `{ name, codes }`. Ends on the home page. */
export async function signUp(page, address = '/sign-up', name = undefined) {
  await page.goto(address);
  const field = page.getByLabel('Sign-in name');
  if (name) await field.fill(name);
  name = await field.inputValue();
  assert.match(name, /\S{3,}/, 'no name is proposed');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Create an account' }).click();
  await page.getByRole('heading', { name: 'Recovery codes' }).waitFor();
  const codes = await page.locator('ol.codes li').allTextContents();
  await page.getByRole('link', { name: 'I have kept them' }).click();
  return { name, codes };
}

export async function signIn(page, name, password = PASSWORD) {
  await page.goto('/sign-in');
  await page.getByLabel('Sign-in name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** The same for somebody who has a second factor. */
export async function signInWithSecondFactor(page, name, { password, secret }) {
  await signIn(page, name, password);
  await page.getByLabel('Code from your authenticator app').fill(totp(secret));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/home');
}

/** Sets up the second factor that staff pages ask for. */
export async function turnOnSecondFactor(page) {
  await page.goto('/account/second-factor');
  const secret = (await page.locator('.code').first().textContent()).trim();
  await page.getByLabel('Six digits').fill(totp(secret));
  await page.getByLabel('Your current password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Turn on' }).click();
  await page.waitForURL('**/account');
  return secret;
}

/** An account with roles, signed in, second factor shown. */
export async function staff(server, page, name, ...roles) {
  await server.makeAccount(name, PASSWORD, ...roles);
  await signIn(page, name);
  await turnOnSecondFactor(page);
}

/** The six digits of RFC 6238 for a base32 secret: SHA-1, 30 seconds. */
export function totp(secret, seconds = Date.now() / 1000) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(seconds / 30)));
  const digest = createHmac('sha1', base32(secret)).update(counter).digest();
  const at = digest[19] & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

function base32(text) {
  let bits = '';
  for (const letter of text.toUpperCase().replace(/[^A-Z2-7]/g, '')) {
    bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0');
  }
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}
