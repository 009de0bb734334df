import type { Exception } from '../../engine/detectors/spec.ts';
import { PatternError } from '../../engine/pattern/ast.ts';
import { compilePattern } from '../../engine/pattern/compile.ts';
import { parsePattern } from '../../engine/pattern/parse.ts';
import type { GitleaksAllowlist } from './gitleaks-form.ts';
import { asciiSource, outlineOf, quoted, renameGroups } from './regex-source.ts';

/** Stop words in one pattern: its program stays far from the machine's bound. */
const WORDS_PER_PATTERN = 100;

/** What an allowlist becomes, and what of it does not come along. */
export interface CarriedAllowlist {
  readonly except: readonly Exception[];
  readonly lost: readonly string[];
}

/**
 * Turns an allowlist into exceptions. What hangs on a path, a commit or the whole line has no meaning here:
 * without it more is redacted, never less.
 */
export function carryAllowlist(list: GitleaksAllowlist): CarriedAllowlist {
  const { regexes, stopwords, paths, commits, regextarget } = list;
  const elsewhere = [...(paths.length > 0 ? ['paths'] : []), ...(commits.length > 0 ? ['commits'] : [])].join(
    ' and ',
  );
  if (elsewhere !== '' && regexes.length + stopwords.length === 0) {
    return lost(`allowlist by ${elsewhere}: a stream has none`);
  }
  if (list.condition === 'AND') {
    if (elsewhere !== '') return lost(`allowlist that needs ${elsewhere} as well (AND): a stream has none`);
    if (regexes.length > 0 && stopwords.length > 0) {
      return lost('allowlist that needs a regex and a stopword together (AND): exceptions here stand alone');
    }
  }
  const problems = elsewhere === '' ? [] : [`${elsewhere} of an allowlist: a stream has none`];
  const except: Exception[] = [];
  if (regextarget === 'line' && regexes.length > 0) {
    problems.push('allowlist regexes with regexTarget line: exceptions here look at the secret or the match');
  } else {
    for (const [index, regex] of regexes.entries()) {
      const carried = anywhere(regex);
      if (typeof carried === 'string')
        except.push({ kind: 'pattern', pattern: carried, of: regextarget === 'match' ? 'match' : 'secret' });
      else problems.push(`allowlist regex ${index + 1}: ${carried.why}`);
    }
  }
  const words = stopwords.filter((word) => word !== '');
  for (let at = 0; at < words.length; at += WORDS_PER_PATTERN) {
    const some = words.slice(at, at + WORDS_PER_PATTERN).map(quoted);
    except.push({ kind: 'pattern', pattern: `(?is:.*?(?:${some.join('|')}).*)`, of: 'secret' });
  }
  return { except, lost: problems };
}

function lost(why: string): CarriedAllowlist {
  return { except: [], lost: [why] };
}

/** gitleaks looks for the regex anywhere; an exception of ours is about the whole. */
function anywhere(regex: string): string | { why: string } {
  try {
    const source = asciiSource(regex);
    const plain = renameGroups(source, outlineOf(source), () => null);
    const pattern = `(?s:.*?)(?:${plain})(?s:.*)`;
    compilePattern(parsePattern(pattern).root);
    return pattern;
  } catch (error) {
    if (error instanceof PatternError) return { why: error.message };
    throw error;
  }
}
