const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied (EACCES)',
  EPERM: 'permission denied (EPERM)',
  ENOENT: 'it does not exist (ENOENT)',
  ENOTDIR: 'it is not a directory (ENOTDIR)',
  EISDIR: 'it is a directory (EISDIR)',
  ELOOP: 'its links lead in a circle (ELOOP)',
  EMFILE: 'too many open files in this process (EMFILE)',
  ENFILE: 'too many open files on this machine (ENFILE)',
  EIO: 'the device or mount failed (EIO)',
  ESTALE: 'the mount is stale (ESTALE)',
  ENOTCONN: 'the mount is gone (ENOTCONN)',
  ENAMETOOLONG: 'the path is too long (ENAMETOOLONG)',
};

/** The `code` of a system error, or `unknown`. */
export function errnoOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'unknown';
}

/** What a person can do about it. */
export function errnoAdvice(error: unknown): string {
  const code = errnoOf(error);
  if (code === 'EACCES' || code === 'EPERM')
    return 'Give the user that runs unleak read access (fsGroup, defaultMode)';
  if (code === 'ELOOP') return 'Mend or remove the link';
  if (code === 'EMFILE' || code === 'ENFILE') return 'Raise the limit of open files (ulimit -n)';
  return 'Check the path and what is mounted there';
}

/** A system error in words. Only its code is used: messages could quote what they should not. */
export function errnoWords(error: unknown): string {
  const code = errnoOf(error);
  return WORDS[code] ?? `it failed with ${code}`;
}
