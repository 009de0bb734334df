import { describe, expect, test } from 'vitest';
import { compileDetector } from '../../../src/engine/detectors/compile-spec.ts';
import { compileExceptions } from '../../../src/engine/detectors/exceptions.ts';
import { referenceScan } from '../../../src/engine/detectors/reference-scan.ts';
import { mint } from '../../../src/engine/detectors/template.ts';
import { specOf } from './spec-of.ts';

const list = (name: string): ((text: string) => boolean) => {
  const test = compileExceptions([{ kind: 'list', list: name }]);
  return (text) => {
    const bytes = Buffer.from(`"${text}"`);
    return test(bytes, 1, bytes.length - 1, 0);
  };
};

describe('placeholders', () => {
  const isPlaceholder = list('placeholders');

  test.each([
    '****',
    'xxxx',
    'XXXXXXXX',
    '...',
    '••••',
    '[REDACTED]',
    '[REDACTED:generic.password]',
    '[FILTERED]',
    '<secret>',
    '<your-token>',
    `$\{VAR}`,
    `$\{VAR:-x}`,
    '$(cat /run/x)',
    '$DB_PASSWORD',
    '{{ .Values.password }}',
    '%s',
    '%(password)s',
    '%PASSWORD%',
    'null',
    'None',
    'true',
    'undefined',
    'changeme',
    'change-me',
    'your_token_here',
    'REDACTED',
    'ab****cd',
    '#{password}',
    '(null)',
    'string',
  ])('%s', (text) => {
    expect(isPlaceholder(text)).toBe(true);
  });

  test.each([
    '{{[A-Za-z0-9]:20}}',
    '{{[a-z]:9}}7',
    'correct horse',
    'mypassword',
    '$ecret{{[0-9]:4}}!',
    'nullable{{[0-9]:3}}',
    'hunter{{}}2',
  ])('%s is a value', (template) => {
    expect(isPlaceholder(Buffer.from(mint(template, 'p#1').bytes).toString())).toBe(false);
  });
});

describe('identifiers and digests', () => {
  const uuid = '{{[0-9a-f]:8}}-{{[0-9a-f]:4}}-{{[0-9a-f]:4}}-{{[0-9a-f]:4}}-{{[0-9a-f]:12}}';
  test.each([
    uuid,
    '12345678',
    '10.0.0.1:80',
    'v1.2.3-rc.1',
    '/var/run/x',
    'https://example.com/x',
    'a.b@example.com',
    '2024-01-02T03:04:05Z',
  ])('%s', (template) => {
    expect(list('identifiers')(Buffer.from(mint(template, 'p#1').bytes).toString())).toBe(true);
  });

  test.each(['sha256:{{[0-9a-f]:64}}', '{{[0-9a-f]:40}}'])('%s', (template) => {
    const text = Buffer.from(mint(template, 'p#1').bytes).toString();
    expect(list('digests')(text)).toBe(true);
    expect(list('identifiers')(text)).toBe(false);
  });
});

describe('what stands behind the pattern', () => {
  const found = (changes: Parameters<typeof specOf>[0], text: string): boolean =>
    referenceScan(
      [compileDetector(specOf({ pattern: 'key=(?P<secret>[^ ]{1,40})', ...changes }))],
      Buffer.from(text),
    ).length > 0;

  test('words, parts and patterns except a secret', () => {
    expect(found({}, 'key=abc')).toBe(true);
    expect(found({ except: [{ kind: 'word', word: 'a.c' }] }, 'key=A.C')).toBe(false);
    expect(found({ except: [{ kind: 'word', word: 'a.c' }] }, 'key=abc')).toBe(true);
    expect(found({ except: [{ kind: 'contains', text: 'PLE' }] }, 'key=EXAMPLE1')).toBe(false);
    expect(found({ except: [{ kind: 'pattern', pattern: '[a-c]+' }] }, 'key=abc')).toBe(false);
    expect(found({ except: [{ kind: 'pattern', pattern: '[a-c]+' }] }, 'key=abcd')).toBe(true);
  });

  test.each(['ours', 're2'] as const)(
    'an exception of the match sees what stands round the secret: %s',
    (engine) => {
      const window = { before: 4, after: 60 };
      const pattern = '[a-z]{0,4}key=(?P<secret>[^ ]{1,40})';
      const except = [{ kind: 'pattern', pattern: 'test.*', of: 'match' }] as const;
      const own = { pattern, window, except, engine };
      expect(found(own, 'testkey=abc')).toBe(false);
      expect(found(own, 'bestkey=abc')).toBe(true);
      expect(found({ ...own, except: [{ ...except[0], of: 'secret' }] }, 'testkey=abc')).toBe(true);
      // The match and no more of the line.
      expect(found({ ...own, except: [{ ...except[0], pattern: 'bestkey=abc' }] }, 'a bestkey=abc d')).toBe(
        false,
      );
    },
  );

  test('entropy gates, a check only when it is told to', () => {
    expect(found({ entropy: 2 }, 'key=aaaaaaab')).toBe(false);
    expect(found({ entropy: 2 }, 'key=abcdefgh')).toBe(true);
    // As few bytes as can have it: four different ones have 2 bits, 15 have log2(15).
    expect(found({ entropy: 2 }, 'key=abcd')).toBe(true);
    expect(found({ entropy: 2 }, 'key=abc')).toBe(false);
    expect(found({ entropy: Math.log2(15) }, 'key=abcdefghijklmno')).toBe(true);
    expect(found({ entropy: Math.log2(15) }, 'key=abcdefghijklmn')).toBe(false);
    expect(found({ check: 'luhn' }, 'key=12')).toBe(true);
    expect(found({ check: 'luhn', checkGates: true }, 'key=12')).toBe(false);
    expect(found({ check: 'luhn', checkGates: true }, 'key=18')).toBe(true);
  });

  test('an alternative without the group is an exception', () => {
    const pattern = '(?:no)?key=(?:none|(?P<secret>[a-z]+))';
    expect(found({ pattern, window: { before: 2, after: 20 } }, 'key=none')).toBe(false);
    expect(found({ pattern, window: { before: 2, after: 20 } }, 'key=some')).toBe(true);
  });

  test('mistakes name their field', () => {
    const compile = (changes: Parameters<typeof specOf>[0]): unknown => compileDetector(specOf(changes));
    expect(() => compile({ pattern: 'key=[a-z]{3}' })).toThrow('x.y: pattern: has no group');
    expect(() => compile({ pattern: '(?P<secret>a*)' })).toThrow('can match nothing');
    expect(() => compile({ pattern: 'key=(?P<secret>[a-z]+)' })).toThrow('x.y: window: is needed');
    expect(() => compile({ window: { before: 0, after: 20 } })).toThrow('after must be at least 41');
    expect(() => compile({ pattern: '\\bkey=(?P<secret>a)', window: { before: 0, after: 9 } })).toThrow(
      'before must be at least 1',
    );
    expect(() => compile({ pattern: 'key(?=a)(?P<secret>a)' })).toThrow('no lookaround (character 4)');
    expect(() => compile({ pattern: '(?:key=(?P<secret>a))+' })).toThrow('stands in a repetition');
    expect(() => compile({ check: 'crc' })).toThrow('x.y: check: no check crc');
    expect(() => compile({ except: [{ kind: 'pattern', pattern: '(' }] })).toThrow('x.y: except:');
  });
});
