import { expect, test } from 'vitest';
import { loadDetectors } from '../../src/config/detector-files.ts';

const { specs } = await loadDetectors({ builtin: true, select: [], files: [] });

test('no keyword wakes its detector on the time at the head of a log line', () => {
  const heads = Array.from({ length: 60 }, (_, second) => {
    const time = `2026-01-02T03:04:${String(second).padStart(2, '0')}`;
    return [`${time}Z info `, `${time}.123Z error `, `${time}+02:00 app `, `${time.replace('T', ' ')} `];
  }).flat();
  const woken = specs.flatMap(({ id, fold, keywords }) => {
    const texts = fold ? heads.map((head) => head.toLowerCase()) : heads;
    const waking = keywords.map((keyword) => (fold ? keyword.toLowerCase() : keyword));
    return waking
      .filter((keyword) => texts.some((text) => text.includes(keyword)))
      .map((keyword) => [id, keyword]);
  });
  expect(woken).toEqual([]);
});
