// What the system says of a process, and the tables in which it is printed.

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const TICKS_PER_SECOND = 100;

/** Seconds of processor time that a process has used. */
export function cpu(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Resident memory in MB. */
export function memory(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}

/** The largest resident memory in MB while `work` goes on. */
export async function peakMemory(pid, work) {
  let peak = memory(pid);
  const sampler = setInterval(() => { peak = Math.max(peak, memory(pid)); }, 50);
  await work();
  clearInterval(sampler);
  return Math.max(peak, memory(pid));
}

/** GETs by wrk: `{ rate, cpu }`: requests a second, and the server's milliseconds for each. */
export async function load(url, pid, { seconds, cookie = '', encoding = '' }) {
  const headers = [cookie && `Cookie: ${cookie}`, encoding && `Accept-Encoding: ${encoding}`].filter(Boolean);
  const before = cpu(pid);
  const { stdout } = await promisify(execFile)('wrk', [
    '-t1', '-c8', `-d${seconds}s`, '--timeout', '10s', ...headers.flatMap((header) => ['-H', header]), url,
  ]);
  const used = cpu(pid) - before;
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`${url}: ${stdout}`);
  const requests = Number(/(\d+) requests in/.exec(stdout)[1]);
  return { rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)[1]), cpu: (1000 * used) / requests };
}

const over = [];

/** Prints a figure beside its budget, with its ratio to it, and remembers what is over. */
export function print(what, figure, unit, budget, { atLeast = false } = {}) {
  const shown = `${round(figure)} ${unit}`;
  const limit = budget === undefined ? '' : `${atLeast ? '≥' : '≤'} ${budget} ${unit}`;
  const isOver = budget !== undefined && (atLeast ? figure < budget : figure > budget);
  if (isOver) over.push(`${what}: ${shown} instead of ${limit}`);
  const holds = budget === undefined ? '' : isOver ? 'OVER' : 'holds';
  const ratio = budget === undefined ? '' : `×${(figure / budget).toFixed(2)}`;
  console.log(`${what.padEnd(58)} ${shown.padStart(16)}  ${limit.padEnd(18)} ${ratio.padStart(6)} ${holds}`);
}

/** Says at the end what is over its budget, so that nobody has to look for it in the table. */
export function summary() {
  if (over.length === 0) return console.log('\nEvery budget holds.');
  console.log(`\n${over.length} OVER BUDGET on this machine, as busy as it is now:`);
  for (const line of over) console.log(`  ${line}`);
}

function round(figure) {
  return figure >= 100 ? Math.round(figure).toLocaleString('en') : Number(figure.toPrecision(3));
}
