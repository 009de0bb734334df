import { dice } from './haystacks.ts';

const PLAIN = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** What every spelling writes in another way. */
const ODD = `${PLAIN}${PLAIN}"\\/+=&%<@`;

/** `count` made-up values of 16 to 48 bytes; the first ones are the same for every count. Worth nothing anywhere. */
export function benchValues(count: number, seed = 7): string[] {
  const roll = dice(seed);
  return Array.from({ length: count }, (_, nth) => {
    const alphabet = nth % 2 === 0 ? PLAIN : ODD;
    let value = '';
    for (let left = 16 + roll(33); left > 0; left--) value += alphabet[roll(alphabet.length)];
    return value;
  });
}

/** How programs write a value; each is one finding, whatever the spelling. */
export const SPELLINGS: readonly ((value: string) => string)[] = [
  (value) => value,
  (value) => Buffer.from(value).toString('base64'),
  (value) => Buffer.from(value).toString('hex'),
  (value) => encodeURIComponent(value),
  (value) => JSON.stringify(value).slice(1, -1),
];
