// Pushes one line of many bytes without a newline through the built engine and prints what became of
// the secret in its middle and how much memory that took. Arguments: mebibytes, format, kind of filler.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [mebibytes, format, filler, build] = process.argv.slice(2);
const from = (file) => import(pathToFileURL(resolve(build, file)).href);
const { compileMatcher } = await from('engine/matcher.js');
const { Output } = await from('engine/output.js');
const { Secret } = await from('engine/secret.js');
const { createRedactor } = await from('formats/format.js');

const value = Buffer.from('correct-horse-battery-staple');
const mask = { name: 'mask', replace: () => Buffer.from('[REDACTED:db]') };
const matcher = compileMatcher({
  generation: 1,
  secrets: [new Secret({ name: 'db', key: 'db', part: '' }, value)],
  shorts: [],
  detectors: [],
  actions: () => ({ of: () => mask }),
  near: true,
});
const redactor = createRedactor(format, matcher, { maxRecordBytes: 1024 * 1024 });

const FILLERS = {
  text: 'lorem ipsum dolor 10.0.0.1 ',
  json: '{"a":"b\\u0041","c":[1.0,2],"d":"',
  escapes: '\\"\\\\%41&lt;\x1b[31m',
};
const CHUNK = 64 * 1024;
const chunk = Buffer.alloc(CHUNK, FILLERS[filler]);
const count = Number(mebibytes) * 16;
const out = new Output();
let written = 0;
let placeholders = 0;
let leaked = 0;
let tail = Buffer.alloc(0);

function drain() {
  const taken = out.take();
  written += taken.length;
  const seen = Buffer.concat([tail, taken]);
  for (let at = seen.indexOf('[REDACTED:db]'); at >= 0; at = seen.indexOf('[REDACTED:db]', at + 1))
    if (at + 13 > tail.length) placeholders++;
  for (let at = seen.indexOf(value); at >= 0; at = seen.indexOf(value, at + 1))
    if (at + value.length > tail.length) leaked++;
  tail = Buffer.from(seen.subarray(Math.max(0, seen.length - 64)));
}

for (let at = 0; at < count; at++) {
  redactor.push(chunk, out);
  drain();
  if (at === count >> 1) {
    redactor.push(value.subarray(0, 11), out);
    drain();
    redactor.push(value.subarray(11), out);
    drain();
  }
}
redactor.end(out);
drain();
process.stdout.write(
  JSON.stringify({
    read: count * CHUNK + value.length,
    written,
    placeholders,
    leaked,
    maxRssMiB: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
);
