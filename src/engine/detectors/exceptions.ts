import type { Node } from '../pattern/ast.ts';
import { compilePattern } from '../pattern/compile.ts';
import type { Look } from '../pattern/dfa.ts';
import { parsePattern } from '../pattern/parse.ts';
import { Sieve } from '../pattern/sieve.ts';
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
  '\\{\\{.*|\\{ ?[A-Za-z0-9_.:-]{0,40}(?: [A-Za-z]{1,12}){0,4} ?\\}?|#\\{.*|@[A-Za-z_.]+@|`[^`]+`',
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

/** Words that say how a value is, not what it is: `password: required`, `token=expired`. */
const STATES = [
  '(?:is|are|was|not|no|must|should|cannot|can|has|have|for|field|from|with|the|and|never|always|once)[.,:;!?]*',
  '(?:invalid|incorrect|wrong|denied|missing|expired|required|mandatory|mismatch(?:ed)?|match(?:es|ed)?|failed|failure|error)[.,:;!?]*',
  '(?:succe(?:ss|eded)|successful|changed?|unchanged|updated?|reset|set|accepted|rejected|okay|valid|validated|verified|checked|skip(?:ped)?|ignored?)[.,:;!?]*',
  '(?:encrypted|disabled|enabled|provided|present|absent|given|length|strong|weak|strength|policy|prompt|stdin|interactive|auto|generated|manual)[.,:;!?]*',
  '(?:basic|plain(?:text)?|cleartext|md5|sha-?1|sha-?256|sha-?512|bcrypt|scrypt|scram-sha-256|trust|hash(?:ed)?)[.,:;!?]*',
  '(?:string|type|text|input|label|login|user|username|authentication|auth|secret_?name)[.,:;!?]*',
  '[\\][(){},:; ]+|[?]',
];
/** Sentences, as a failed validation writes them behind a field's name. */
const SENTENCES = [
  '(?:[^ ]+ ){1,40}?(?:must|cannot|can.?t|can|should|too|invalid|required|incorrect|characters?|does|not|match(?:es)?|blank|empty|expired|missing|wrong|field|least|is|was|has|have|your|the|and|for|failed|changed|reset)(?: .*)?',
  '(?:must|cannot|can.?t|should|invalid|required|incorrect|does|enter|your|the|is|was|has|please|wrong|missing|no|not) .*',
];
/** Source code: calls, members of what usually holds values, a Java array, bind variables. */
const CODE = [
  '[a-z_$][a-z0-9_$]*(?:(?:\\.|->|::)[a-z0-9_]+)*\\((?:[^()]*\\)[;,]?)?',
  '(?:request|req|this|self|params|config|cfg|settings|env|os|process|args|options|opts|data|form|body|user|creds?|credentials)(?:\\.|->|::)[a-z_][a-z0-9_.]*\\[?',
  'C@[0-9a-f]{1,8}|[$:@][a-z0-9]{1,3}[,;)]*',
];
/** Names of the place where a secret is kept. */
const REFERENCES = [
  '(?:arn|vault|ssm|op|file|env|secretref|ref\\+[a-z]+|projects|gcp-sm|aws-sm|urn)[:/].*',
  '/[a-z0-9._-]+(?:/[a-z0-9._@-]+)+|[a-z]+(?:/[a-z_]+)+#[a-z_]+|#[a-z-]+',
];
/** The lists that `except: [{ list: .. }]` can name. */
export const EXCEPTION_LISTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['placeholders', PLACEHOLDERS],
  ['identifiers', IDENTIFIERS],
  ['digests', DIGESTS],
  ['states', STATES],
  ['sentences', SENTENCES],
  ['code', CODE],
  ['references', REFERENCES],
]);

/** Says whether the secret `[start, end)` is known to be none. Allocates nothing. @param text as a place has it */
export type ExceptionTest = (bytes: Uint8Array, start: number, end: number, text: number) => boolean;

/** An expression over the whole secret. */
interface Expression {
  readonly root: Node;
  readonly matches: (bytes: Uint8Array, start: number, end: number) => boolean;
}

const SEARCH = newSearch();
const LOOK: Look = { startLow: 0, startHigh: 0, minEnd: 0, limit: 0, open: false, line: false, text: 0 };
/** Made once: every generic detector has the same few. */
const expressions = new Map<string, Expression>();
const sieves = new Map<string, Sieve>();

/** @throws PatternError of a pattern among them */
export function compileExceptions(exceptions: readonly Exception[]): ExceptionTest {
  const parts = exceptions.filter((each) => each.kind === 'contains').map(({ text }) => holds(text));
  const sources = exceptions.flatMap((each) => (each.kind === 'contains' ? [] : [sourceOf(each)]));
  const whole = anyOf(sources);
  if (parts.length === 0) return whole;
  return (bytes, start, end, text) => {
    for (let at = 0; at < parts.length; at++) if (parts[at]!(bytes, start, end)) return true;
    return whole(bytes, start, end, text);
  };
}

/** The same, compiled when first asked; of exceptions that are known to compile. */
export function lateExceptions(exceptions: readonly Exception[]): ExceptionTest {
  let test: ExceptionTest | null = null;
  return (bytes, start, end, text) => {
    test ??= compileExceptions(exceptions);
    return test(bytes, start, end, text);
  };
}

function sourceOf(exception: Exclude<Exception, { kind: 'contains' }>): string {
  switch (exception.kind) {
    case 'word':
      return `(?i:${quote(exception.word)})`;
    case 'pattern':
      return exception.pattern;
    case 'list': {
      const lines = EXCEPTION_LISTS.get(exception.list);
      if (lines === undefined) throw new RangeError(`no exception list ${exception.list}`);
      return `(?is:${lines.join('|')})`;
    }
  }
}

/** Whether any of the expressions matches the whole secret: nearly always none does, and one sieve over all says so. */
function anyOf(sources: readonly string[]): ExceptionTest {
  if (sources.length === 0) return () => false;
  const all = sources.map(expression);
  const key = sources.join('\n');
  const sieve = sieves.get(key) ?? new Sieve(all.map(({ root }) => root));
  sieves.set(key, sieve);
  return (bytes, start, end, text) => {
    LOOK.text = text;
    LOOK.startLow = start;
    LOOK.startHigh = start;
    LOOK.minEnd = end;
    LOOK.limit = end;
    // It tells of bytes, not of none.
    if (start < end && !sieve.passes(bytes, LOOK)) return false;
    for (let at = 0; at < all.length; at++) if (all[at]!.matches(bytes, start, end)) return true;
    return false;
  };
}

function expression(source: string): Expression {
  const known = expressions.get(source);
  if (known !== undefined) return known;
  const { root } = parsePattern(`\\A(?:${source})\\z`);
  const program = compilePattern(root);
  const matches: Expression['matches'] = (bytes, start, end) => {
    SEARCH.from = start;
    SEARCH.to = end;
    SEARCH.more = false;
    SEARCH.startLow = start;
    SEARCH.startHigh = start;
    SEARCH.minEnd = end;
    return runPattern(program, bytes, SEARCH) === MATCHED;
  };
  const made = { root, matches };
  expressions.set(source, made);
  return made;
}

function holds(text: string): Expression['matches'] {
  const part = new TextEncoder().encode(text);
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
