import { openDescriptor } from './descriptor.ts';
import type { Source } from './source.ts';

/** Standard input, whatever it is; one that was closed at start reads as empty. */
export function openStdin(): Source {
  return openDescriptor(0, 'stdin');
}
