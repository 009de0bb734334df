import type { RoutePlan } from '../config/plan.ts';
import { StartError } from '../observe/start-error.ts';
import { readOne } from './tls-files.ts';

export interface User {
  readonly name: string;
  readonly password: string;
}

/** What clients of a Forward route must know. */
export interface ListenerKeys {
  readonly sharedKey: Buffer;
  /** Name -> password; null: the shared key is enough. */
  readonly users: ReadonlyMap<string, string> | null;
}

/** What upstream is told. */
export interface UpstreamKeys {
  readonly sharedKey: Buffer;
  readonly user: User | null;
}

/** Read for each connection, since files rotate; null when the route names none. @throws StartError E_ROUTE_FILE */
export function listenerKeys({ files }: RoutePlan): ListenerKeys | null {
  const { 'shared-key-file': key, 'users-file': users } = files;
  if (key === undefined) return null;
  const known = users === undefined ? null : new Map(usersIn(users).map((one) => [one.name, one.password]));
  return { sharedKey: keyIn(key), users: known };
}

/** The same for upstream. @throws StartError E_ROUTE_FILE */
export function upstreamKeys({ files }: RoutePlan): UpstreamKeys | null {
  const { 'upstream-shared-key-file': key, 'upstream-user-file': user } = files;
  if (key === undefined) return null;
  return { sharedKey: keyIn(key), user: user === undefined ? null : usersIn(user)[0]! };
}

/** A line end behind the key is none of it: editors put one there. */
function keyIn(path: string): Buffer {
  const bytes = readOne(path);
  const ends = bytes.at(-1) !== 10 ? 0 : bytes.at(-2) !== 13 ? 1 : 2;
  if (bytes.length === ends) throw unfit(path, 'holds no key', 'Write the shared key into it.');
  return bytes.subarray(0, bytes.length - ends);
}

function usersIn(path: string): User[] {
  const lines = readOne(path).toString().split(/\r?\n/);
  const users = lines.flatMap((line, at) => {
    if (line === '') return [];
    const colon = line.indexOf(':');
    if (colon < 1) throw unfit(path, `line ${at + 1} is not USER:PASSWORD`, 'Write one such line a user.');
    return [{ name: line.slice(0, colon), password: line.slice(colon + 1) }];
  });
  if (users.length === 0) throw unfit(path, 'names no user', 'Write a line of USER:PASSWORD into it.');
  return users;
}

function unfit(path: string, why: string, todo: string): StartError {
  return new StartError('E_ROUTE_FILE', `--route ${path}: ${why}; nothing was taken. ${todo}`);
}
