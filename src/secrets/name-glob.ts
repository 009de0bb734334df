/**
 * True when an ASCII name matches a glob of `*` (any run) and `?` (any one character); ASCII letters match in
 * either case. Linear in practice and at worst |glob| x |name|: one retry point, no backtracking tree.
 */
export function matchesGlob(glob: string, name: string): boolean {
  const pattern = glob.toUpperCase();
  const text = name.toUpperCase();
  let p = 0;
  let star = -1;
  let retry = 0;
  for (let t = 0; t < text.length; ) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p++;
      retry = t;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star !== -1) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** True when a name is picked by a list of globs: any one matches, and none of those with `-` in front does. */
export function picks(globs: readonly string[], name: string): boolean {
  let picked = false;
  for (const glob of globs) {
    if (glob.startsWith('-')) {
      if (matchesGlob(glob.slice(1), name)) return false;
    } else if (!picked) {
      picked = matchesGlob(glob, name);
    }
  }
  return picked;
}
