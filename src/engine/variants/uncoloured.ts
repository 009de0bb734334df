import { controlEnd } from '../views/escape.ts';
import { lines } from './lines.ts';
import type { Variant } from './variant.ts';

const ESC = 0x1b;

/** Views hide control sequences, those in a value too: a value that holds one is met there without it. */
export const uncoloured: Variant = {
  name: 'uncoloured',
  doc: 'A value that holds terminal control sequences (`ESC [ ...`), and its lines, without them.',
  encode: (value) => {
    if (!value.includes(ESC)) return [];
    const shown = shownOf(value);
    return shown.length === value.length ? [] : [shown, ...lines.encode(shown)];
  },
};

function shownOf(value: Uint8Array): Uint8Array {
  const shown = new Uint8Array(value.length);
  let length = 0;
  for (let at = 0; at < value.length; ) {
    const end = value[at] === ESC ? controlEnd(value, at, value.length) : at;
    if (end > at) at = end;
    else shown[length++] = value[at++]!;
  }
  return shown.subarray(0, length);
}
