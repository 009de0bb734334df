import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Known, SCRIPT } from './log-lines.ts';

/**
 * The sample workload: reads its Secret now and then, as any program would, and logs too much.
 * Arguments: directory of the Secret, file with further credentials, entries, milliseconds between two.
 */
const [directory = '', credentialsFile = '', entries = '60', pauseMs = '100'] = process.argv.slice(2);
const FILES = ['password', 'postgres-url', 'api-token', 'signing-key.pem'];
const credentials = JSON.parse(readFileSync(credentialsFile, 'utf8'));

let secret: Known['secret'] = {};
for (let n = 0; n < Number(entries); n++) {
  if (n % SCRIPT.length === 0) {
    secret = Object.fromEntries(FILES.map((name) => [name, readFileSync(join(directory, name), 'utf8')]));
  }
  const { stream, text } = SCRIPT[n % SCRIPT.length]!({ secret, credentials }, new Date(), n);
  process[stream].write(`${text}\n`);
  await pause(Number(pauseMs));
}
