import { lstatSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Where } from './dir-watch.ts';
import { errnoOf } from './errno.ts';
import { markOf } from './read-value.ts';

/** The links that a kubelet's swap makes and renames: `..data_tmp` becomes `..data`. */
const LINKS = ['..data', '..data_tmp'];

/**
 * False when all that an event can be about was read in the last load: a swap to a generation that was read
 * while it was coming, the removal of an old one, a link into `..data`. Then no byte has to wait for the next
 * load, which takes a second with 10,000 values. Anything in doubt is new.
 * @param known directories read in full and watched since, and their marks then: a file written in one of
 *   them later has an event of its own
 */
export function bringsNew({ dir, name }: Where, known: ReadonlyMap<string, string>): boolean {
  try {
    const path = join(dir, name);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    // A removal, of a directory too whose first load has not ended.
    if (stat === undefined) return false;
    if (!known.has(dir)) return true;
    if (LINKS.includes(name)) return !leadsToKnown(dir, name, known);
    if (stat.isSymbolicLink() && readlinkSync(path).startsWith('..data/')) return false;
    // Where `..data` led in the last load: read then, and nothing changes in it.
    return !name.startsWith('..') || !(isCurrent(dir, name, known) || isKnown(path, known));
  } catch {
    return true;
  }
}

/** True also when there is no such link, or when it leads where `..data` led in the last load. */
function leadsToKnown(dir: string, link: string, known: ReadonlyMap<string, string>): boolean {
  try {
    const target = readlinkSync(join(dir, link));
    return isCurrent(dir, target, known) || isKnown(join(dir, target), known);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return true;
    throw error;
  }
}

function isCurrent(dir: string, target: string, known: ReadonlyMap<string, string>): boolean {
  return known.get(dir)!.endsWith(`>${target}`);
}

function isKnown(dir: string, known: ReadonlyMap<string, string>): boolean {
  return known.get(dir) === markOf(statSync(dir, { bigint: true }));
}
