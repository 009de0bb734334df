import { expect, test } from 'vitest';
import { type Counts, followersOf } from '../../../src/engine/pattern/followers.ts';
import { parsePattern } from '../../../src/engine/pattern/parse.ts';
import { eachRandomMatch } from './random-pattern.ts';

interface Case {
  readonly pattern: string;
  readonly literal: string;
  readonly anchored?: boolean;
  readonly fold?: boolean;
  readonly counts?: Counts;
  /** null: any byte or none. */
  readonly followers: string | null;
}

const CASES: readonly Case[] = [
  { pattern: 'ab(?P<secret>[0-3]{4})', literal: 'ab', anchored: true, followers: '0123' },
  { pattern: 'ab(?P<secret>[0-3]{4})', literal: 'ab', followers: '0123' },
  { pattern: 'x(?P<secret>ab|abc|abd)', literal: 'xab', anchored: true, followers: null },
  { pattern: 'x(?P<secret>abc|abd)', literal: 'xab', anchored: true, followers: 'cd' },
  { pattern: '(?P<secret>abc?)\\b', literal: 'ab', anchored: true, followers: null },
  { pattern: 'ab-?(?P<secret>[xy]+)', literal: 'ab', anchored: true, followers: '-xy' },
  { pattern: 'ab{2,}c(?P<secret>z)', literal: 'abb', anchored: true, followers: 'bc' },
  { pattern: '[ab]{2}[cd](?P<secret>z+)', literal: 'ab', anchored: true, followers: 'cd' },
  // Within the secret the literal may stand at its end as well.
  { pattern: 'key=(?P<secret>[a-z]{3,9})', literal: 'key', followers: null },
  { pattern: 'key=(?P<secret>[a-z]{3,9})', literal: 'key', anchored: true, followers: '=' },
  { pattern: 'key(?P<secret>[0-2]+);', literal: 'key', followers: '012' },
  { pattern: '(?i:key)(?P<secret>[0-2])', literal: 'key', fold: true, anchored: true, followers: '012' },
  { pattern: '(?:KEY|keY:)(?P<secret>[0-2])', literal: 'key', fold: true, anchored: true, followers: '012:' },
  { pattern: 'abc(?P<secret>z)', literal: 'xyz', followers: null },
  // In the secret it counts where it is spelled, outside of it anywhere.
  { pattern: 'key=(?P<secret>[a-z]{3,9})', literal: 'key', counts: 'ahead', followers: '=' },
  { pattern: '(?P<secret>ghp_[0-2]{4})', literal: 'ghp_', counts: 'ahead', followers: '012' },
  {
    pattern: '[a-z]{1,9} pin (?P<secret>[0-2]+)|new pin is (?P<secret2>[0-2]+)',
    literal: 'new pin ',
    counts: 'ahead',
    followers: '012i',
  },
  {
    pattern: '-[a-z]{0,40}=(?P<secret>[a-z]{3})',
    literal: 'key',
    counts: 'ahead',
    followers: '=abcdefghijklmnopqrstuvwxyz',
  },
  {
    pattern: 'x(?P<secret>[a-z0-9]{9});',
    literal: 'key',
    counts: 'ahead',
    followers: ';0123456789abcdefghijklmnopqrstuvwxyz',
  },
];

test.each(CASES)(
  'behind $literal in $pattern stands one of $followers, or any byte or none (anchored: $anchored)',
  ({ pattern, literal, anchored = false, fold = false, counts = 'anywhere', followers }) => {
    const set = followersOf(parsePattern(pattern).root, {
      bytes: Buffer.from(literal),
      fold,
      anchored,
      counts: [counts],
    });
    const bytes = set === null ? null : [...set.keys()].filter((byte) => set[byte] === 1);
    expect(bytes).toEqual(followers === null ? null : [...Buffer.from(followers)].sort((a, b) => a - b));
  },
);

test('behind every three bytes of a match stands a byte that was named, where any was', () => {
  let named = 0;
  eachRandomMatch((root, bytes, start, end) => {
    for (let at = start; at + 3 <= end; at++) {
      const literal = bytes.subarray(at, at + 3);
      const lower = Buffer.from(literal.toString('latin1').toLowerCase(), 'latin1');
      for (const anchored of at === start ? [true, false] : [false])
        for (const fold of [true, false]) {
          const set = followersOf(root, {
            bytes: fold ? lower : literal,
            fold,
            anchored,
            counts: ['anywhere'] as const,
          });
          if (set === null) continue;
          named++;
          expect(at + 3).toBeLessThan(end);
          expect(set[bytes[at + 3]!]).toBe(1);
        }
    }
  });
  expect(named).toBeGreaterThan(100);
});
