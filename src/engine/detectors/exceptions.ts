import { compilePattern } from '../pattern/compile.ts';
import { parsePattern } from '../pattern/parse.ts';
import type { Program } from '../pattern/program.ts';
import { MATCHED, newSearch, runPattern } from '../pattern/vm.ts';
import type { Exception } from './spec.ts';

/**
 * What stands where a secret was, or is still to come. One expression per line, each over the whole secret,
 * case aside. Applied to every generic detector.
 */
const PLACEHOLDERS = [
  // Masks: stars, dots, dashes, bullets, one letter again and again.
  '[*.\\-_#=~?\\x95\\xb7\\xe2\\x80\\xa2\\x97\\x8f]+',
  'x{3,}|X{3,}|0{4,}',
  '.{0,4}\\*{3,}.{0,4}',
  '\\[[^\\]]*(?:redact|mask|filter|hidden|secret|remov|scrub|protect|sensitive|private|omit|unleak)[^\\]]*\\]?.*',
  '\\[[*.x ]*\\]?',
  // Templates: <secret>, ${VAR}, $(cmd), $VAR, {{ value }}, {name}, %s, %{name}, %VAR%, #{x}, @var@, `cmd`
  '<[^<>]*>?',
  '&lt;.*',
  '\\$\\{[^}]*\\}?.*|\\$\\([^)]*\\)?.*|\\$\\{?[A-Za-z_]+\\}?',
  '\\{\\{.*|\\{[A-Za-z0-9_.: -]*\\}?|#\\{.*|@[A-Za-z_.]+@|`[^`]+`',
  '%[-+ 0#]*[0-9.*]*[a-z]|%\\{.*|%[A-Z_]{2,}%|%\\([a-z_]+\\)s?',
  // No value at all.
  'null|none|nil|true|false|undefined|n/?a|nan|empty|unset|unknown|default|optional|required|yes|no|on|off|ok',
  '\\(?(?:null|none|nil|empty|unset|hidden|masked|redacted)\\)?',
  // Words that say what the value would be.
  'redacted|masked|filtered|hidden|removed|scrubbed|sanitized|omitted|obfuscated|protected|sensitive',
  '(?:your.?|(?:my|the|some|insert|enter|replace|put|add)[-_ ]).*(?:password|passwd|token|secret|key|credentials?|here|me)',
  '(?:string|str|text|bytes?|int|integer|number|boolean|object)',
  'change[-_ ]?(?:me|it|this).*|replace[-_ ]?(?:me|with).*|todo|fixme|tbd|placeholder|dummy|example|sample',
];

/** Identifiers that are opaque but no secret. */
const IDENTIFIERS = [
  '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}',
  '[0-9]{1,20}',
  '(?:[0-9]{1,3}\\.){3}[0-9]{1,3}(?::[0-9]+)?',
  'v?[0-9]+(?:\\.[0-9]+)+(?:[-+][0-9A-Za-z.-]+)?',
  '(?:/|\\./|\\.\\./|~/|[A-Za-z]:[\\\\/]).*',
  '[a-z][a-z0-9+.-]*://[^@]*',
  '[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+',
  '[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ].*)?',
];

/** Digests, as images, commits, ETags and caches carry them. */
const DIGESTS = ['(?:sha1|sha256|sha384|sha512|md5)[:-].*', '[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}'];

/** The lists that `except: [{ list: .. }]` can name. */
export const EXCEPTION_LISTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['placeholders', PLACEHOLDERS],
  ['identifiers', IDENTIFIERS],
  ['digests', DIGESTS],
]);

const SEARCH = newSearch();
const compiledLists = new Map<string, ExceptionTest>();

/** Says whether the secret `[start, end)` is known to be none. Allocates nothing. */
export type ExceptionTest = (bytes: Uint8Array, start: number, end: number) => boolean;

/** @throws PatternError of a pattern among them */
export function compileExceptions(exceptions: readonly Exception[]): ExceptionTest {
  const tests = exceptions.map(compileException);
  if (tests.length === 0) return () => false;
  if (tests.length === 1) return tests[0]!;
  return (bytes, start, end) => {
    for (let at = 0; at < tests.length; at++) if (tests[at]!(bytes, start, end)) return true;
    return false;
  };
}

function compileException(exception: Exception): ExceptionTest {
  switch (exception.kind) {
    case 'word':
      return wholePattern(`(?i:${quote(exception.word)})`);
    case 'contains':
      return holds(new TextEncoder().encode(exception.text));
    case 'pattern':
      return wholePattern(exception.pattern);
    case 'list': {
      let test = compiledLists.get(exception.list);
      if (test === undefined) {
        const lines = EXCEPTION_LISTS.get(exception.list);
        if (lines === undefined) throw new RangeError(`no exception list ${exception.list}`);
        test = wholePattern(`(?is:${lines.join('|')})`);
        compiledLists.set(exception.list, test);
      }
      return test;
    }
  }
}

function wholePattern(source: string): ExceptionTest {
  const program: Program = compilePattern(parsePattern(`\\A(?:${source})\\z`).root);
  return (bytes, start, end) => {
    SEARCH.from = start;
    SEARCH.to = end;
    SEARCH.more = false;
    SEARCH.startLow = start;
    SEARCH.startHigh = start;
    SEARCH.minEnd = end;
    return runPattern(program, bytes, SEARCH) === MATCHED;
  };
}

function holds(part: Uint8Array): ExceptionTest {
  return (bytes, start, end) => {
    for (let at = start; at + part.length <= end; at++) {
      let index = 0;
      while (index < part.length && bytes[at + index] === part[index]) index++;
      if (index === part.length) return true;
    }
    return false;
  };
}

function quote(text: string): string {
  return text.replace(/[^0-9A-Za-z_]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
